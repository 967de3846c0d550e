/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Addresses of nodes: numbers and text.
 */
#ifndef WEFTD_ADDRESS_H
#define WEFTD_ADDRESS_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

/* The longest text: "[", an IPv6 address, "]:", a port, NUL. */
#define ADDRESS_TEXT_LEN	(INET6_ADDRSTRLEN + 9)

/**
 * struct address - an IPv4 or IPv6 address with a port
 * @any: for the system; AF_UNSPEC if there is none
 * @v4:  if @any.sa_family is AF_INET
 * @v6:  if @any.sa_family is AF_INET6
 */
struct address {
	union {
		struct sockaddr any;
		struct sockaddr_in v4;
		struct sockaddr_in6 v6;
	};
};

bool address_parse(struct address *address, const char *text);
bool address_parse_host(struct address *address, const char *text);
bool address_is_unicast(const struct address *address);
bool address_is_same_host(const struct address *a, const struct address *b);
void address_normalize(struct address *address);
uint16_t address_port(const struct address *address);
void address_set_port(struct address *address, uint16_t port);
socklen_t address_length(const struct address *address);
void address_format(const struct address *address, char *text, size_t size);
void address_format_host(const struct address *address, char *text,
			 size_t size);

#endif /* WEFTD_ADDRESS_H */
