# SPDX-License-Identifier: GPL-2.0-or-later
#
# Completion of weft and weftd for fish.

complete -c weft -f
complete -c weft -n __fish_use_subcommand -a status -d 'this node: module, identity, view, daemon, known nodes'
complete -c weft -n __fish_use_subcommand -a peers -d 'the connections to the other members of the cluster'
complete -c weft -n __fish_use_subcommand -a check -d 'can a process move to a node, and if not, why not?'
complete -c weft -n __fish_use_subcommand -a keygen -d 'make a key for a new cluster'
complete -c weft -n __fish_use_subcommand -a bench -d 'measure how fast nodes talk to each other'
complete -c weft -n __fish_use_subcommand -a version -d 'versions of command, library, module and daemon'
complete -c weft -n __fish_use_subcommand -a help -d 'how to use weft or one of its commands'
complete -c weft -n '__fish_seen_subcommand_from help' -a 'status peers check keygen bench version help'
complete -c weft -n '__fish_seen_subcommand_from check' -a '(__fish_complete_pids)'
complete -c weft -n '__fish_seen_subcommand_from keygen' -F
complete -c weft -n '__fish_seen_subcommand_from bench; and not __fish_seen_subcommand_from echo tcp-server' -a echo -d 'echoes from module to module'
complete -c weft -n '__fish_seen_subcommand_from bench; and not __fish_seen_subcommand_from echo tcp-server' -a tcp-server -d 'the other end of --tcp'
complete -c weft -n '__fish_seen_subcommand_from echo' -l to -x -d 'node that answers'
complete -c weft -n '__fish_seen_subcommand_from echo' -l size -x -d 'sizes of the reply'
complete -c weft -n '__fish_seen_subcommand_from echo' -l count -x -d 'rounds of each thread'
complete -c weft -n '__fish_seen_subcommand_from echo' -l seconds -x -d 'as many rounds as fit'
complete -c weft -n '__fish_seen_subcommand_from echo' -l threads -x -d 'threads'
complete -c weft -n '__fish_seen_subcommand_from echo' -l lane -x -a 'fast bulk' -d 'which connection'
complete -c weft -n '__fish_seen_subcommand_from echo' -l depth -x -d 'echoes of a thread at once'
complete -c weft -n '__fish_seen_subcommand_from echo' -l tcp -x -d 'compare with plain TCP'
complete -c weft -n '__fish_seen_subcommand_from tcp-server' -l listen -x -d 'where to listen'
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
