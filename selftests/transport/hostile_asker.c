// SPDX-License-Identifier: GPL-2.0-only
/*
 * A program in the node of the module that lets it call the bad peer: a process
 * of its own, because the call ends only when the peer has answered.
 */
#include "hostile.h"

#include <sys/wait.h>
#include <unistd.h>

/**
 * asker_start() - one echo of the module to us, over the fast lane
 * @size: of request and reply, bytes
 *
 * Return: the process, which ends with the error of the echo.
 */
pid_t asker_start(uint32_t size)
{
	struct message message;
	struct answer answer = { 0 };
	struct nl nl;
	pid_t pid = fork();

	if (pid)
		return pid;
	if (nl_open(&nl))
		_exit(ASKER_FAILED);
	message_init(&message, &nl, WEFT_CMD_ECHO);
	message_put_u32(&message, WEFT_A_ECHO_NODE, PEER);
	message_put_u32(&message, WEFT_A_ECHO_SIZE, size);
	message_put_u32(&message, WEFT_A_ECHO_REPLY_SIZE, size);
	message_put_u32(&message, WEFT_A_ECHO_TIMEOUT_MS, HOSTILE_WAIT_MS / 2);
	_exit(nl_ask(&nl, &message, &answer) ? ASKER_FAILED : -answer.err);
}

/**
 * asker_end() - wait for an echo of the module
 * @pid: the process
 *
 * Return: the errno with which the echo ended, ASKER_FAILED if there was none.
 */
int asker_end(pid_t pid)
{
	int status;

	if (waitpid(pid, &status, 0) != pid || !WIFEXITED(status))
		return ASKER_FAILED;
	return WEXITSTATUS(status);
}
