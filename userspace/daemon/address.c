// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Addresses of nodes. Pure: numbers and text, no resolver, so that nothing here
 * ever waits. A port of 0 means that the text named none.
 */
#include "address.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PORT_MAX	65535

/**
 * address_parse_host() - understand an address without port
 * @address: the result, with port 0
 * @text:    an IPv4 or IPv6 address in numbers
 *
 * Return: whether it is one.
 */
bool address_parse_host(struct address *address, const char *text)
{
	memset(address, 0, sizeof(*address));
	if (inet_pton(AF_INET, text, &address->v4.sin_addr) == 1) {
		address->v4.sin_family = AF_INET;
		return true;
	}
	if (inet_pton(AF_INET6, text, &address->v6.sin6_addr) == 1) {
		address->v6.sin6_family = AF_INET6;
		return true;
	}
	memset(address, 0, sizeof(*address));
	return false;
}

static bool parse_port(struct address *address, const char *text)
{
	size_t digits = strspn(text, "0123456789");
	unsigned long port;

	if (!digits || digits > 5 || text[digits])
		return false;
	port = strtoul(text, NULL, 10);
	if (!port || port > PORT_MAX)
		return false;
	address_set_port(address, (uint16_t)port);
	return true;
}

/**
 * address_parse() - understand an address with or without port
 * @address: the result; the port is 0 if the text names none
 * @text:    ADDRESS, V4ADDRESS:PORT or [V6ADDRESS]:PORT
 *
 * Return: whether it is one.
 */
bool address_parse(struct address *address, const char *text)
{
	bool has_bracket = *text == '[';
	char host[INET6_ADDRSTRLEN];
	const char *end;

	if (address_parse_host(address, text))
		return true;
	end = has_bracket ? strstr(text, "]:") : strchr(text, ':');
	text += has_bracket;
	if (!end || (size_t)(end - text) >= sizeof(host))
		return false;
	memcpy(host, text, (size_t)(end - text));
	host[end - text] = '\0';
	if (!address_parse_host(address, host))
		return false;
	if (address->any.sa_family != (has_bracket ? AF_INET6 : AF_INET))
		return false;
	return parse_port(address, end + (has_bracket ? 2 : 1));
}

static bool is_unicast_v4(const struct address *address)
{
	uint32_t host = ntohl(address->v4.sin_addr.s_addr);

	/* neither 0.0.0.0/8, nor multicast, reserved and broadcast */
	return host >> 24 && host >> 24 < 224;
}

static bool is_unicast_v6(const struct address *address)
{
	const struct in6_addr *host = &address->v6.sin6_addr;

	/* a link-local one means nothing without the name of the link */
	return !IN6_IS_ADDR_UNSPECIFIED(host) && !IN6_IS_ADDR_MULTICAST(host) &&
	       !IN6_IS_ADDR_LINKLOCAL(host) && !IN6_IS_ADDR_V4MAPPED(host);
}

/**
 * address_is_unicast() - could one node have it, and another one dial it?
 * @address: the address
 *
 * Return: whether it could.
 */
bool address_is_unicast(const struct address *address)
{
	if (address->any.sa_family == AF_INET)
		return is_unicast_v4(address);
	return address->any.sa_family == AF_INET6 && is_unicast_v6(address);
}

/**
 * address_is_same_host() - compare without the port
 * @a: one address
 * @b: another
 *
 * Return: whether they are the same.
 */
bool address_is_same_host(const struct address *a, const struct address *b)
{
	if (a->any.sa_family != b->any.sa_family)
		return false;
	if (a->any.sa_family == AF_INET)
		return a->v4.sin_addr.s_addr == b->v4.sin_addr.s_addr;
	return IN6_ARE_ADDR_EQUAL(&a->v6.sin6_addr, &b->v6.sin6_addr);
}

/**
 * address_normalize() - make an IPv4 address of one that IPv6 has wrapped
 * @address: as a socket for both gave it
 */
void address_normalize(struct address *address)
{
	struct address plain = { .v4.sin_family = AF_INET };

	if (address->any.sa_family != AF_INET6 ||
	    !IN6_IS_ADDR_V4MAPPED(&address->v6.sin6_addr))
		return;
	memcpy(&plain.v4.sin_addr, &address->v6.sin6_addr.s6_addr[12],
	       sizeof(plain.v4.sin_addr));
	plain.v4.sin_port = address->v6.sin6_port;
	*address = plain;
}

/**
 * address_port() - its port
 * @address: the address
 *
 * Return: the port, 0 if it has none.
 */
uint16_t address_port(const struct address *address)
{
	return ntohs(address->any.sa_family == AF_INET6 ?
		     address->v6.sin6_port : address->v4.sin_port);
}

/**
 * address_set_port() - give it another port
 * @address: the address
 * @port:    the port
 */
void address_set_port(struct address *address, uint16_t port)
{
	if (address->any.sa_family == AF_INET6)
		address->v6.sin6_port = htons(port);
	else
		address->v4.sin_port = htons(port);
}

/**
 * address_length() - how many bytes of it the system wants
 * @address: the address
 *
 * Return: bytes.
 */
socklen_t address_length(const struct address *address)
{
	return address->any.sa_family == AF_INET6 ? sizeof(address->v6) :
						    sizeof(address->v4);
}

/**
 * address_format_host() - its text without the port
 * @address: the address
 * @text:    where to put it
 * @size:    bytes of @text; ADDRESS_TEXT_LEN is enough
 */
void address_format_host(const struct address *address, char *text,
			 size_t size)
{
	const void *host = &address->v4.sin_addr;

	if (address->any.sa_family == AF_INET6)
		host = &address->v6.sin6_addr;
	if (!inet_ntop(address->any.sa_family, host, text, (socklen_t)size))
		snprintf(text, size, "nowhere");
}

/**
 * address_format() - its text, as address_parse() understands it
 * @address: the address
 * @text:    where to put it
 * @size:    bytes of @text; ADDRESS_TEXT_LEN is enough
 */
void address_format(const struct address *address, char *text, size_t size)
{
	bool is_v6 = address->any.sa_family == AF_INET6;
	char host[ADDRESS_TEXT_LEN];

	address_format_host(address, host, sizeof(host));
	snprintf(text, size, is_v6 ? "[%s]:%u" : "%s:%u", host,
		 address_port(address));
}
