# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# Completion of weft and weftd for bash.

_weft()
{
	local word=${COMP_WORDS[COMP_CWORD]}
	local previous=${COMP_WORDS[COMP_CWORD - 1]}
	local commands='status version help'
	local options='--json --timeout --socket --help --version'
	local i command=

	COMPREPLY=()
	case $previous in
	--timeout)
		return
		;;
	--socket)
		mapfile -t COMPREPLY < <(compgen -f -- "$word")
		return
		;;
	esac
	for ((i = 1; i < COMP_CWORD; i++)); do
		case ${COMP_WORDS[i]} in
		--timeout | --socket)
			i=$((i + 1))
			;;
		-*) ;;
		*)
			command=${COMP_WORDS[i]}
			break
			;;
		esac
	done
	case $word in
	-*)
		mapfile -t COMPREPLY < <(compgen -W "$options" -- "$word")
		;;
	*)
		if [[ -z $command || $command = help ]]; then
			mapfile -t COMPREPLY < <(compgen -W "$commands" -- "$word")
		fi
		;;
	esac
}

_weftd()
{
	local word=${COMP_WORDS[COMP_CWORD]}
	local previous=${COMP_WORDS[COMP_CWORD - 1]}
	local options='--config --check --foreground --daemon --pid-file
		--socket --log-level --help --version'

	COMPREPLY=()
	case $previous in
	-c | --config | --pid-file | --socket)
		mapfile -t COMPREPLY < <(compgen -f -- "$word")
		;;
	--log-level)
		mapfile -t COMPREPLY < <(compgen -W \
			'error warning notice info debug' -- "$word")
		;;
	*)
		mapfile -t COMPREPLY < <(compgen -W "$options" -- "$word")
		;;
	esac
}

complete -F _weft weft
complete -F _weftd weftd
