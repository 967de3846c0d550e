// SPDX-License-Identifier: GPL-2.0-only
/*
 * Connections: from the daemon's hands into a lane, and out again. The daemon
 * has authenticated the peer; here it is checked that the socket is of the kind
 * that the rest of transport can rely on.
 */
#include "transport/transport.h"

#include <linux/file.h>
#include <linux/net.h>
#include <linux/pkt_sched.h>
#include <linux/poll.h>
#include <linux/tcp.h>
#include <net/sock.h>
#include <net/tcp.h>
#include <net/tls.h>

static int cipher_of_tls(struct sock *sk, enum weft_cipher *cipher)
{
	const struct tls_context *context = tls_get_ctx(sk);

	if (!context || context->tx_conf != TLS_SW ||
	    context->rx_conf != TLS_SW ||
	    context->crypto_send.info.version != TLS_1_3_VERSION ||
	    context->crypto_recv.info.version != TLS_1_3_VERSION ||
	    context->crypto_send.info.cipher_type !=
	    context->crypto_recv.info.cipher_type)
		return -EPROTONOSUPPORT;
	switch (context->crypto_send.info.cipher_type) {
	case TLS_CIPHER_AES_GCM_128:
		*cipher = WEFT_CIPHER_AES_128_GCM;
		return 0;
	case TLS_CIPHER_CHACHA20_POLY1305:
		*cipher = WEFT_CIPHER_CHACHA20_POLY1305;
		return 0;
	default:
		return -EPROTONOSUPPORT;
	}
}

static int check(struct weft_net *weft, struct sock *sk, enum weft_cipher *cipher)
{
	int err = 0;

	if (!net_eq(sock_net(sk), weft->net))
		return -EXDEV;
	lock_sock(sk);
	*cipher = WEFT_CIPHER_NONE;
	if (sk->sk_state != TCP_ESTABLISHED)
		err = -ENOTCONN;
	else if (inet_csk(sk)->icsk_ulp_ops &&
		 strcmp(inet_csk(sk)->icsk_ulp_ops->name, "tls"))
		err = -EPROTONOSUPPORT;
	else if (inet_csk(sk)->icsk_ulp_ops)
		err = cipher_of_tls(sk, cipher);
	release_sock(sk);
	return err;
}

/**
 * weft_socket_check() - is this a connection for a lane?
 * @weft:   the node
 * @sock:   the socket
 * @cipher: receives how it is protected
 *
 * Context: may sleep.
 * Return: 0; -EPROTOTYPE if it is not TCP; -ENOTCONN if it is not connected;
 * -EXDEV if it belongs to another network namespace; -EPROTONOSUPPORT if
 * something else than kTLS 1.3 in both directions, with a cipher that weft
 * knows, stands on top of TCP; -EBUSY if some lane, or somebody else, has it.
 */
int weft_socket_check(struct weft_net *weft, struct socket *sock,
		      enum weft_cipher *cipher)
{
	int err;

	if (!sk_is_tcp(sock->sk))
		return -EPROTOTYPE;
	err = check(weft, sock->sk, cipher);
	return !err && READ_ONCE(sock->sk->sk_user_data) ? -EBUSY : err;
}

/*
 * An event of the socket: data, room, or its end. Whoever receives is woken,
 * and nobody else.
 */
static int hear(struct wait_queue_entry *waiter, unsigned int mode, int flags,
		void *key)
{
	struct weft_lane *lane = container_of(waiter, struct weft_lane, waiter);
	__poll_t events = key_to_poll(key);

	if (!events || events & (EPOLLIN | EPOLLERR | EPOLLHUP | EPOLLRDHUP))
		weft_lane_wake_receiver(lane, flags);
	if ((!events || events & EPOLLOUT) &&
	    test_and_clear_bit(WEFT_LANE_BLOCKED, &lane->flags))
		weft_lane_kick(lane, WEFT_LANE_PUMP);
	return 0;
}

static bool claim(struct sock *sk, struct weft_lane *lane)
{
	bool is_free;

	write_lock_bh(&sk->sk_callback_lock);
	is_free = !sk->sk_user_data;
	if (is_free)
		sk->sk_user_data = lane;
	write_unlock_bh(&sk->sk_callback_lock);
	return is_free;
}

static void unclaim(struct sock *sk)
{
	write_lock_bh(&sk->sk_callback_lock);
	sk->sk_user_data = NULL;
	write_unlock_bh(&sk->sk_callback_lock);
}

#ifdef CONFIG_DEBUG_LOCK_ALLOC
static struct lock_class_key socket_lock_key, tls_lock_key;

/*
 * Memory of a process is fetched while its address space is locked, if it is somebody
 * else who looks at it; and a socket copies from address spaces while it is locked.
 * Those of lanes do not: what they send is the kernel's. So they are no part of a
 * circle, and lockdep has to be told which they are. Nobody holds these locks now: the
 * daemon, which has the only descriptor, waits for us.
 */
static void set_lock_class(struct sock *sk)
{
	struct tls_context *context = inet_csk(sk)->icsk_ulp_ops ? tls_get_ctx(sk) : NULL;

	lockdep_init_map(&sk->sk_lock.dep_map, "sk_lock-weft", &socket_lock_key, 0);
	if (context)
		lockdep_set_class(&context->tx_lock, &tls_lock_key);
}
#else
static void set_lock_class(struct sock *sk)
{
}
#endif

/**
 * weft_socket_adopt() - make a socket the connection of a lane
 * @lane: the lane; it has no connection
 * @sock: the socket; on success the reference is the lane's
 *
 * Memory for the socket may be needed to write pages out, so its allocations
 * do not wait for pages being written, nor use what belongs to the task.
 *
 * Context: may sleep; caller holds weft_lane.receive_mutex and .send_mutex.
 * Return: 0; -EBUSY if some lane has this very socket; an error of
 * weft_socket_check().
 */
int weft_socket_adopt(struct weft_lane *lane, struct socket *sock)
{
	struct sock *sk = sock->sk;
	enum weft_cipher cipher;
	int err;

	lockdep_assert_held(&lane->receive_mutex);
	lockdep_assert_held(&lane->send_mutex);

	if (!sk_is_tcp(sk))
		return -EPROTOTYPE;
	if (!claim(sk, lane))
		return -EBUSY;
	/* before it is locked below the locks of the lane */
	set_lock_class(sk);
	err = check(lane->peer->weft, sk, &cipher);
	if (err) {
		unclaim(sk);
		return err;
	}
	sk->sk_allocation = GFP_NOIO;
	sk->sk_use_task_frag = false;
	tcp_sock_set_nodelay(sk);
	/* so that a queue of the sender does not put pages before requests */
	sock_set_priority(sk, lane->id == WEFT_LANE_FAST ?
			      TC_PRIO_INTERACTIVE : TC_PRIO_BULK);
	lane->cipher = cipher;
	WRITE_ONCE(lane->sock, sock);
	add_wait_queue(sk_sleep(sk), &lane->waiter);
	return 0;
}

/**
 * weft_socket_drop() - take the connection away from a lane, if it has one
 * @lane: the lane
 *
 * What was received in part, or sent in part, is forgotten: the next
 * connection begins with whole messages.
 *
 * Context: may sleep; caller holds weft_lane.receive_mutex and .send_mutex.
 */
void weft_socket_drop(struct weft_lane *lane)
{
	struct weft_receive *receive = &lane->receive;
	struct socket *sock = lane->sock;

	lockdep_assert_held(&lane->receive_mutex);
	lockdep_assert_held(&lane->send_mutex);

	if (!sock)
		return;
	remove_wait_queue(sk_sleep(sock->sk), &lane->waiter);
	unclaim(sock->sk);
	WRITE_ONCE(lane->sock, NULL);
	kernel_sock_shutdown(sock, SHUT_RDWR);
	sockfd_put(sock);
	receive->start = 0;
	receive->end = 0;
	receive->has_header = false;
	receive->is_intact = false;
	receive->target = NULL;
	lane->part_count = 0;
	lane->cipher = WEFT_CIPHER_NONE;
	clear_bit(WEFT_LANE_BLOCKED, &lane->flags);
	clear_bit(WEFT_LANE_RESUME_DUE, &lane->flags);
	clear_bit(WEFT_LANE_LOST, &lane->flags);
}

/**
 * weft_socket_wake_setup() - prepare a lane to hear of its sockets
 * @lane: the lane
 */
void weft_socket_wake_setup(struct weft_lane *lane)
{
	init_waitqueue_func_entry(&lane->waiter, hear);
}
