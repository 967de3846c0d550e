# SPDX-License-Identifier: GPL-2.0-or-later
#
# Completion of weft and weftd for fish.

complete -c weft -f
complete -c weft -n __fish_use_subcommand -a status -d 'this node: module, identity, daemon, known nodes'
complete -c weft -n __fish_use_subcommand -a version -d 'versions of command, library, module and daemon'
complete -c weft -n __fish_use_subcommand -a help -d 'how to use weft or one of its commands'
complete -c weft -n '__fish_seen_subcommand_from help' -a 'status version help'
complete -c weft -l json -d 'print one JSON object instead of text'
complete -c weft -l timeout -x -d 'longest wait for one answer, in seconds'
complete -c weft -l socket -r -F -d 'socket of the weft daemon'
complete -c weft -s h -l help -d 'show help'
complete -c weft -s V -l version -d 'show the version'

complete -c weftd -f
complete -c weftd -s c -l config -r -F -d 'configuration file'
complete -c weftd -l check -d 'only validate the configuration file'
complete -c weftd -l foreground -d 'stay in the foreground'
complete -c weftd -l daemon -d 'go to the background once ready'
complete -c weftd -l pid-file -r -F -d 'write the process number'
complete -c weftd -l socket -r -F -d 'control socket'
complete -c weftd -l log-level -x -a 'error warning notice info debug' -d 'least important lines'
complete -c weftd -s h -l help -d 'show help'
complete -c weftd -s V -l version -d 'show the version'
