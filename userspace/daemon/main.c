// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * weftd: bring the parts up in order, run the loop, unwind in mirror order.
 *
 * A restart of the daemon is nothing to the module: it is asked what it is and
 * keeps it. Stopping the daemon never touches the module, nor the processes of
 * other nodes that run here.
 */
#include "background.h"
#include "body.h"
#include "config.h"
#include "control.h"
#include "lockfile.h"
#include "log.h"
#include "loop.h"
#include "netlink.h"
#include "notify.h"
#include "options.h"
#include "peers.h"
#include "process_request.h"
#include "security.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/timerfd.h>
#include <unistd.h>

#define TICK_USEC	1000000ULL
#define TICK_USEC_MIN	50000ULL

/**
 * struct weftd - the daemon: everything there is
 * @options:    the command line
 * @log:        where lines go
 * @config:     the configuration in force
 * @loop:       the event loop
 * @pid_file:   held while running, if wanted
 * @netlink:    the link to the module
 * @peers:      the other nodes
 * @bodies:     processes of other nodes that are about to run here
 * @control:    the control socket
 * @signals:    SIGTERM, SIGINT, SIGHUP, SIGCHLD
 * @timer:      the tick
 * @starter:    for background_ready(); -1 in the foreground
 * @started_ms: when, on the monotonic clock
 */
struct weftd {
	struct options options;
	struct log log;
	struct config config;
	struct loop loop;
	struct lockfile pid_file;
	struct netlink netlink;
	struct peers peers;
	struct bodies bodies;
	struct control control;
	struct loop_source signals;
	struct loop_source timer;
	int starter;
	int64_t started_ms;
};

static void log_problem(const char *sentence, void *arg)
{
	const struct weftd *weftd = arg;

	log_write(&weftd->log, LOG_ERR, "%s", sentence);
}

/* One sentence, or NULL if all is well. */
static const char *find_problem(const struct weftd *weftd)
{
	if (weftd->netlink.state != MODULE_READY)
		return weftd->netlink.problem;
	return *weftd->peers.problem ? weftd->peers.problem : NULL;
}

static void fill_status(struct status *status, void *arg)
{
	const struct weftd *weftd = arg;

	status->problem = find_problem(weftd);
	status->state = status->problem ? "degraded" : "ready";
	status->pid = getpid();
	status->version = WEFT_VERSION;
	status->uptime_ms = loop_now_ms() - weftd->started_ms;
	status->cluster = weftd->config.name;
	status->node = weftd->config.node;
	status->module = netlink_state_name(weftd->netlink.state);
	status->is_insecure = weftd->config.is_insecure;
	peers_count(&weftd->peers, &status->peers);
	memcpy(status->refused, weftd->peers.refusals.counts,
	       sizeof(status->refused));
}

static void describe(const struct weftd *weftd, char *text, size_t size)
{
	if (weftd->netlink.state == MODULE_READY)
		snprintf(text, size, "node %u of cluster %s",
			 weftd->config.node, weftd->config.name);
	else
		snprintf(text, size, "degraded: %s", weftd->netlink.problem);
}

static void module_changed(void *arg)
{
	const struct weftd *weftd = arg;
	char text[NETLINK_PROBLEM_LEN + 16];

	describe(weftd, text, sizeof(text));
	notify_status(text);
}

static void module_synced(void *arg)
{
	struct weftd *weftd = arg;

	if (weftd->netlink.state == MODULE_READY)
		peers_sync(&weftd->peers, weftd->netlink.weft,
			   weftd->netlink.incarnation);
	else
		peers_rest(&weftd->peers);
}

static void body_wanted(const struct weft_body_wanted *wanted, void *arg)
{
	struct weftd *weftd = arg;

	bodies_start(&weftd->bodies, weftd->netlink.weft, wanted);
}

static void tick(struct loop_source *source, uint32_t events)
{
	struct weftd *weftd = container_of(source, struct weftd, timer);
	uint64_t count;

	(void)events;
	if (read(source->fd, &count, sizeof(count)) != sizeof(count))
		return;
	if (!netlink_sync(&weftd->netlink))
		notify_alive();
	control_tick(&weftd->control);
}

static bool is_same_identity(const struct config *a, const struct config *b)
{
	return a->node == b->node && !strcmp(a->name, b->name);
}

/* What may change at run time: all but the identity. Return: 0 or -errno. */
static int take_config(struct weftd *weftd, const struct config *config)
{
	int err;

	if (!is_same_identity(config, &weftd->config)) {
		log_write(&weftd->log, LOG_WARNING,
			  "name and node cannot change while weftd runs: still node %u of cluster '%s'; only the lease is taken",
			  weftd->config.node, weftd->config.name);
		weftd->config.lease_ms = config->lease_ms;
		return 0;
	}
	err = peers_reload(&weftd->peers, config);
	if (err)
		return err;
	weftd->config = *config;
	(void)control_set_owners(&weftd->control, config->is_open_to_owners);
	return 0;
}

static void reload(struct weftd *weftd)
{
	char text[NETLINK_PROBLEM_LEN + 16];
	struct config config;

	notify_reloading();
	if (config_load(&config, weftd->options.config, log_problem, weftd) ||
	    take_config(weftd, &config))
		log_write(&weftd->log, LOG_ERR,
			  "the configuration was not reloaded: the old one stays");
	else
		log_write(&weftd->log, LOG_NOTICE,
			  "the configuration was reloaded");
	(void)netlink_sync(&weftd->netlink);
	describe(weftd, text, sizeof(text));
	notify_ready(text);
}

static void signal_ready(struct loop_source *source, uint32_t events)
{
	struct weftd *weftd = container_of(source, struct weftd, signals);
	struct signalfd_siginfo info;

	(void)events;
	if (read(source->fd, &info, sizeof(info)) != sizeof(info))
		return;
	if (info.ssi_signo == SIGHUP) {
		reload(weftd);
		return;
	}
	if (info.ssi_signo == SIGCHLD) {
		bodies_reap(&weftd->bodies);
		return;
	}
	log_write(&weftd->log, LOG_NOTICE, "stopping on signal %u",
		  info.ssi_signo);
	loop_stop(&weftd->loop);
}

static int open_signals(struct weftd *weftd)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGHUP);
	sigaddset(&set, SIGCHLD);
	if (sigprocmask(SIG_BLOCK, &set, NULL))
		return -errno;
	signal(SIGPIPE, SIG_IGN);
	/* who started us may ignore it, and so would we */
	signal(SIGCHLD, SIG_DFL);
	weftd->signals.ready = signal_ready;
	weftd->signals.fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	if (weftd->signals.fd < 0)
		return -errno;
	return loop_add(&weftd->loop, &weftd->signals, EPOLLIN);
}

/* The tick is one second, or faster if the watchdog wants to hear more. */
static uint64_t tick_usec(void)
{
	uint64_t watchdog = notify_watchdog_usec();
	uint64_t usec = TICK_USEC;

	if (watchdog && watchdog / 3 < usec)
		usec = watchdog / 3;
	return usec > TICK_USEC_MIN ? usec : TICK_USEC_MIN;
}

static int open_timer(struct weftd *weftd)
{
	uint64_t usec = tick_usec();
	struct itimerspec period = {
		.it_interval.tv_sec = (time_t)(usec / 1000000),
		.it_interval.tv_nsec = (long)(usec % 1000000) * 1000,
	};

	period.it_value = period.it_interval;
	weftd->timer.ready = tick;
	weftd->timer.fd = timerfd_create(CLOCK_MONOTONIC,
					 TFD_CLOEXEC | TFD_NONBLOCK);
	if (weftd->timer.fd < 0)
		return -errno;
	if (timerfd_settime(weftd->timer.fd, 0, &period, NULL))
		return -errno;
	return loop_add(&weftd->loop, &weftd->timer, EPOLLIN);
}

static int open_loop(struct weftd *weftd)
{
	int err;

	err = loop_open(&weftd->loop);
	if (!err)
		err = open_signals(weftd);
	if (!err)
		err = open_timer(weftd);
	if (err)
		log_write(&weftd->log, LOG_ERR,
			  "cannot set up the event loop: %s", strerror(-err));
	return err;
}

/* /run is empty after a boot: the directory of our files may be missing. */
static void make_parent(const char *path)
{
	char *copy = strdup(path);

	if (copy)
		(void)mkdir(dirname(copy), 0755);
	free(copy);
}

static int claim_pid_file(struct weftd *weftd)
{
	const char *path = weftd->options.pid_file;
	pid_t holder;
	int err;

	if (!path)
		return 0;
	make_parent(path);
	err = lockfile_acquire(&weftd->pid_file, path, &holder);
	if (err == -EBUSY)
		log_write(&weftd->log, LOG_ERR,
			  "another weftd, process %d, already holds the pid file %s",
			  (int)holder, path);
	else if (err)
		log_write(&weftd->log, LOG_ERR,
			  "cannot write the pid file %s: %s", path,
			  strerror(-err));
	return err;
}

/* The module is asked only by a daemon that is known to be the only one. */
static int start(struct weftd *weftd)
{
	int err;

	err = open_loop(weftd);
	if (err)
		return err;
	err = claim_pid_file(weftd);
	if (err)
		return err;
	make_parent(weftd->control.path);
	weftd->control.is_open_to_owners = weftd->config.is_open_to_owners;
	err = control_claim(&weftd->control);
	if (err)
		return err;
	err = peers_open(&weftd->peers);
	if (err)
		return err;
	err = netlink_open(&weftd->netlink);
	if (err)
		return err;
	err = netlink_sync(&weftd->netlink);
	if (weftd->netlink.state != MODULE_READY)
		return err ? err : -EBUSY;
	return control_open(&weftd->control);
}

static int announce(struct weftd *weftd)
{
	char text[NETLINK_PROBLEM_LEN + 16];
	int err;

	describe(weftd, text, sizeof(text));
	log_write(&weftd->log, LOG_NOTICE, "weftd " WEFT_VERSION " is ready: %s",
		  text);
	notify_ready(text);
	if (weftd->starter < 0)
		return 0;
	err = background_ready(weftd->starter);
	if (err)
		log_write(&weftd->log, LOG_ERR,
			  "cannot go to the background: %s", strerror(-err));
	else
		weftd->log.to_stderr = false;
	weftd->starter = -1;
	return err;
}

static void close_source(struct loop_source *source)
{
	if (source->fd >= 0)
		close(source->fd);
}

static void stop(struct weftd *weftd)
{
	notify_stopping();
	control_close(&weftd->control);
	peers_close(&weftd->peers);
	netlink_close(&weftd->netlink);
	bodies_close(&weftd->bodies);
	lockfile_release(&weftd->pid_file);
	close_source(&weftd->timer);
	close_source(&weftd->signals);
	loop_close(&weftd->loop);
}

/* Everything that can fail later finds its fields in a state to unwind from. */
static void prepare(struct weftd *weftd)
{
	weftd->started_ms = loop_now_ms();
	weftd->starter = -1;
	weftd->loop.epoll = -1;
	weftd->pid_file.fd = -1;
	weftd->signals.fd = -1;
	weftd->timer.fd = -1;
	weftd->netlink.loop = &weftd->loop;
	weftd->netlink.log = &weftd->log;
	weftd->netlink.config = &weftd->config;
	weftd->netlink.config_path = weftd->options.config;
	weftd->netlink.changed = module_changed;
	weftd->netlink.synced = module_synced;
	weftd->netlink.body_wanted = body_wanted;
	weftd->netlink.arg = weftd;
	weftd->netlink.events.fd = -1;
	weftd->peers.loop = &weftd->loop;
	weftd->peers.log = &weftd->log;
	weftd->peers.config = &weftd->config;
	weftd->peers.membership = &membership_static;
	weftd->bodies.loop = &weftd->loop;
	weftd->bodies.log = &weftd->log;
	weftd->bodies.path = weftd->options.body;
	bodies_prepare(&weftd->bodies);
	weftd->control.loop = &weftd->loop;
	weftd->control.log = &weftd->log;
	weftd->control.status = fill_status;
	weftd->control.arg = weftd;
	weftd->control.jobs.loop = &weftd->loop;
	weftd->control.jobs.log = &weftd->log;
	weftd->control.jobs.work = process_request_serve;
	jobs_prepare(&weftd->control.jobs);
	weftd->control.path = weftd->options.socket;
	weftd->control.listener.fd = -1;
	weftd->control.lock.fd = -1;
}

static int run(struct weftd *weftd)
{
	int err = 0;

	prepare(weftd);
	umask(022);
	log_open(&weftd->log, weftd->options.log_level,
		 weftd->options.is_background);
	if (config_load(&weftd->config, weftd->options.config, log_problem,
			weftd))
		return EXIT_FAILURE;
	if (weftd->options.is_background)
		err = background_enter(&weftd->starter);
	if (err) {
		log_write(&weftd->log, LOG_ERR, "cannot fork: %s",
			  strerror(-err));
		return EXIT_FAILURE;
	}
	err = start(weftd);
	if (!err)
		err = announce(weftd);
	if (!err)
		err = loop_run(&weftd->loop);
	stop(weftd);
	return err ? EXIT_FAILURE : EXIT_SUCCESS;
}

static void print_problem(const char *sentence, void *arg)
{
	(void)arg;
	fprintf(stderr, "%s\n", sentence);
}

static int check(const struct options *options)
{
	char problem[KEY_PROBLEM_LEN];
	struct config config;

	if (config_load(&config, options->config, print_problem, NULL))
		return EXIT_FAILURE;
	if (security_check(&config, problem, sizeof(problem))) {
		print_problem(problem, NULL);
		return EXIT_FAILURE;
	}
	printf("%s: node %u of cluster '%s', lease %u ms", options->config,
	       config.node, config.name, config.lease_ms);
	if (config.members)
		printf(", %d members, port %u, %s",
		       __builtin_popcountll(config.members), config.port,
		       config.is_insecure ? "insecure" : "with a key");
	putchar('\n');
	return fflush(stdout) ? EXIT_FAILURE : EXIT_SUCCESS;
}

/* A socket must never get the number of stdin, stdout or stderr. */
static void occupy_standard_files(void)
{
	int fd;

	do {
		fd = open("/dev/null", O_RDWR);
	} while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd > STDERR_FILENO)
		close(fd);
}

int main(int argc, char **argv)
{
	struct weftd weftd = { 0 };
	int status;

	occupy_standard_files();
	status = options_parse(&weftd.options, argc, argv);
	if (status == OPTIONS_RUN)
		status = weftd.options.is_check ? check(&weftd.options) :
						  run(&weftd);
	options_free(&weftd.options);
	return status;
}
