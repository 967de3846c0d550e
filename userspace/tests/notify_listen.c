// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * notify_listen PATH: a service manager that only listens. Prints each message
 * that arrives on the socket PATH, line by line, until it is killed.
 */
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

int main(int argc, char **argv)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	char message[4096];
	ssize_t length;
	int fd;

	if (argc != 2 || strlen(argv[1]) >= sizeof(address.sun_path))
		return 2;
	strcpy(address.sun_path, argv[1]);
	fd = socket(AF_UNIX, SOCK_DGRAM, 0);
	if (fd < 0 || bind(fd, (struct sockaddr *)&address, sizeof(address)))
		return 1;
	while ((length = recv(fd, message, sizeof(message) - 1, 0)) >= 0) {
		message[length] = '\0';
		puts(message);
		fflush(stdout);
	}
	return 1;
}
