# SPDX-License-Identifier: GPL-2.0-or-later
#
# Completion of weft and weftd for zsh. To be found by itself it needs a first
# line "#compdef weft weftd", which "make install" puts before this one.

_weft_commands=(
	'status:this node\: module, identity, daemon, known nodes'
	'version:versions of command, library, module and daemon'
	'help:how to use weft or one of its commands'
)

case $service in
weft)
	_arguments \
		'--json[print one JSON object instead of text]' \
		'--timeout[longest wait for one answer]:seconds:' \
		'--socket[socket of the weft daemon]:path:_files' \
		'(- *)'{-h,--help}'[show help]' \
		'(- *)'{-V,--version}'[show the version]' \
		'1:command:{_describe command _weft_commands}' \
		'2:command:{[[ $words[CURRENT-1] = help ]] && _describe command _weft_commands}'
	;;
weftd)
	_arguments \
		'(-c --config)'{-c,--config}'[configuration file]:file:_files' \
		'--check[only validate the configuration file]' \
		'(--daemon)--foreground[stay in the foreground]' \
		'(--foreground)--daemon[go to the background once ready]' \
		'--pid-file[write the process number]:file:_files' \
		'--socket[control socket]:path:_files' \
		'--log-level[least important lines]:level:(error warning notice info debug)' \
		'(- *)'{-h,--help}'[show help]' \
		'(- *)'{-V,--version}'[show the version]'
	;;
esac
