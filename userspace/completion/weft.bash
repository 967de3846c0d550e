# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# Completion of weft and weftd for bash.

# _weft_offer WORD...: those that begin with what is typed
_weft_offer()
{
	mapfile -t COMPREPLY < <(compgen -W "$*" -- "${COMP_WORDS[COMP_CWORD]}")
}

# _weft_words: the command before the cursor, and what it does
_weft_words()
{
	local i

	for ((i = 1; i < COMP_CWORD; i++)); do
		case ${COMP_WORDS[i]} in
		--timeout | --socket | --to | --size | --count | --seconds | \
		--threads | --lane | --depth | --tcp | --listen | --node)
			i=$((i + 1))
			;;
		-*) ;;
		*)
			echo "${COMP_WORDS[i]}"
			;;
		esac
	done
}

# _weft_value: does the word belong to the option before it?
_weft_value()
{
	local word=${COMP_WORDS[COMP_CWORD]}

	case ${COMP_WORDS[COMP_CWORD - 1]} in
	--timeout | --to | --size | --count | --seconds | --threads | \
	--depth | --listen | --node) ;;
	--socket)
		mapfile -t COMPREPLY < <(compgen -f -- "$word")
		;;
	--lane)
		_weft_offer fast bulk
		;;
	--tcp)
		mapfile -t COMPREPLY < <(compgen -A hostname -S : -- "$word")
		;;
	*)
		return 1
		;;
	esac
}

# _weft_command COUNT: what follows 'run NODE' is completed as if it stood alone
_weft_command()
{
	if [ "$1" = 2 ]; then
		mapfile -t COMPREPLY < <(compgen -c -- "${COMP_WORDS[COMP_CWORD]}")
	elif declare -F _command_offset >/dev/null; then
		_command_offset $((COMP_CWORD - $1 + 2))
	else
		mapfile -t COMPREPLY < <(compgen -f -- "${COMP_WORDS[COMP_CWORD]}")
	fi
}

_weft()
{
	local commands='status peers check migrate run ps keygen bench version help'
	local options='--json --timeout --socket --help --version'
	local words

	COMPREPLY=()
	_weft_value && return
	mapfile -t words < <(_weft_words)
	case ${COMP_WORDS[COMP_CWORD]},${words[*]} in
	*,run\ *)
		_weft_command "${#words[@]}"
		;;
	-*,'bench echo')
		_weft_offer "$options --to --size --count --seconds --threads" \
			'--lane --depth --tcp'
		;;
	-*,ps)
		_weft_offer "$options --node"
		;;
	-*,migrate*)
		_weft_offer "$options --wait"
		;;
	-*,'bench tcp-server')
		_weft_offer "$options --listen"
		;;
	-*)
		_weft_offer "$options"
		;;
	*, | *,help)
		_weft_offer "$commands"
		;;
	*,bench)
		_weft_offer echo tcp-server
		;;
	*,check | *,migrate)
		mapfile -t COMPREPLY < <(compgen -W "$(cd /proc && echo [0-9]*)" \
			-- "${COMP_WORDS[COMP_CWORD]}")
		;;
	*,keygen)
		mapfile -t COMPREPLY < <(compgen -f -- "${COMP_WORDS[COMP_CWORD]}")
		;;
	esac
}

_weftd()
{
	local word=${COMP_WORDS[COMP_CWORD]}
	local previous=${COMP_WORDS[COMP_CWORD - 1]}
	local options='--config --check --foreground --daemon --pid-file
		--socket --body --log-level --help --version'

	COMPREPLY=()
	case $previous in
	-c | --config | --pid-file | --socket | --body)
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
