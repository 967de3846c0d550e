# SPDX-License-Identifier: GPL-2.0-or-later
#
# Completion of weft and weftd for zsh. To be found by itself it needs a first
# line "#compdef weft weftd", which "make install" puts before this one.

_weft_commands=(
	'status:this node\: module, identity, view, daemon, known nodes'
	'peers:the connections to the other members of the cluster'
	'check:can a process move to a node, and if not, why not?'
	'migrate:move a process to another node'
	'run:start a command here and let it run on another node'
	'ps:the processes of all nodes that are not at home'
	'keygen:make a key for a new cluster'
	'bench:measure how fast nodes talk to each other'
	'version:versions of command, library, module and daemon'
	'help:how to use weft or one of its commands'
)

_weft_verbs=(
	'echo:echoes from module to module'
	'tcp-server:the other end of --tcp'
)

_weft_second()
{
	case $words[CURRENT-1] in
	help)
		_describe command _weft_commands
		;;
	bench)
		_describe verb _weft_verbs
		;;
	check|migrate)
		_pids
		;;
	keygen)
		_files
		;;
	esac
}

_weft_rest()
{
	if (( $words[(I)run] )) || [[ $_weft_first = run ]]; then
		_normal
	fi
}

case $service in
weft)
	_weft_first=${words[2]}
	_weft_options=(
		'--json[print one JSON object instead of text]'
		'--timeout[longest wait for one answer]:seconds:'
		'--socket[socket of the weft daemon]:path:_files'
		'(- *)'{-h,--help}'[show help]'
		'(- *)'{-V,--version}'[show the version]'
	)
	if (( $words[(I)ps] )); then
		_weft_options+=('--node[only processes of this node]:number:')
	elif (( $words[(I)migrate] )); then
		_weft_options+=('--wait[until its memory has followed]')
	elif (( $words[(I)bench] && $words[(I)tcp-server] )); then
		_weft_options+=('--listen[where to listen]:[HOST\:]PORT:')
	elif (( $words[(I)bench] )); then
		_weft_options+=(
			'--to[node that answers]:number:'
			'--size[sizes of the reply]:bytes:'
			'(--seconds)--count[rounds of each thread]:number:'
			'(--count)--seconds[as many rounds as fit]:seconds:'
			'--threads[threads]:number:'
			'--lane[which connection]:lane:(fast bulk)'
			'--depth[echoes of a thread at once]:number:'
			'--tcp[compare with plain TCP]:HOST\:PORT:'
		)
	fi
	_arguments $_weft_options \
		'1:command:{_describe command _weft_commands}' \
		'2:argument:_weft_second' \
		'*::command:_weft_rest'
	;;
weftd)
	_arguments \
		'(-c --config)'{-c,--config}'[configuration file]:file:_files' \
		'--check[only validate the configuration file]' \
		'(--daemon)--foreground[stay in the foreground]' \
		'(--foreground)--daemon[go to the background once ready]' \
		'--pid-file[write the process number]:file:_files' \
		'--socket[control socket]:path:_files' \
		'--body[program that becomes a process]:file:_files' \
		'--log-level[least important lines]:level:(error warning notice info debug)' \
		'(- *)'{-h,--help}'[show help]' \
		'(- *)'{-V,--version}'[show the version]'
	;;
esac
