// SPDX-License-Identifier: GPL-2.0-or-later
/* Jobs: children that answer, fail, hang, talk too much, or are not wanted. */
#include "jobs.h"
#include "ktap.h"

#include <dirent.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

/**
 * struct office - a loop with jobs, and what became of one
 * @loop:  the loop
 * @log:   silent
 * @jobs:  those that run
 * @reply: of the last job that ended
 * @ended: how many have
 */
struct office {
	struct loop loop;
	struct log log;
	struct jobs jobs;
	char *reply;
	int ended;
};

static void open_office(struct office *office, jobs_work_fn *work)
{
	memset(office, 0, sizeof(*office));
	office->log.level = -1;
	if (loop_open(&office->loop))
		abort();
	office->jobs.loop = &office->loop;
	office->jobs.log = &office->log;
	office->jobs.work = work;
	jobs_prepare(&office->jobs);
}

static void close_office(struct office *office)
{
	jobs_close(&office->jobs);
	loop_close(&office->loop);
	free(office->reply);
	while (waitpid(-1, NULL, 0) > 0)
		;
}

static void note_reply(void *arg, char *reply)
{
	struct office *office = arg;

	free(office->reply);
	office->reply = reply;
	office->ended++;
	loop_stop(&office->loop);
}

static struct job *start(struct office *office, uid_t uid, uint32_t timeout_ms)
{
	const struct request request = { .kind = REQUEST_CHECK, .pid = 1,
					 .node = 1, .timeout_ms = timeout_ms };
	const struct requester requester = { .uid = uid };

	return jobs_start(&office->jobs, &request, &requester, note_reply,
			  office);
}

/* The reply to the only job. */
static const char *ask(struct office *office, jobs_work_fn *work)
{
	open_office(office, work);
	if (!start(office, 1000, 1))
		abort();
	loop_run(&office->loop);
	return office->reply;
}

static char *answer(const struct request *request,
		    const struct requester *requester)
{
	char *line;

	if (asprintf(&line, "%u %u\n", request->pid, requester->uid) < 0)
		return NULL;
	return line;
}

static char *crash(const struct request *request,
		   const struct requester *requester)
{
	(void)request;
	(void)requester;
	raise(SIGKILL);
	return NULL;
}

static char *be_silent(const struct request *request,
		       const struct requester *requester)
{
	(void)request;
	(void)requester;
	return NULL;
}

static char *hang(const struct request *request,
		  const struct requester *requester)
{
	(void)request;
	(void)requester;
	for (;;)
		pause();
	return NULL;
}

static char *say_two_lines(const struct request *request,
			   const struct requester *requester)
{
	(void)request;
	(void)requester;
	return strdup("one\ntwo\n");
}

static char *say_half_a_line(const struct request *request,
			     const struct requester *requester)
{
	(void)request;
	(void)requester;
	return strdup("one");
}

static char *talk_for_ever(const struct request *request,
			   const struct requester *requester)
{
	size_t size = 4 << 20;
	char *text = malloc(size);

	(void)request;
	(void)requester;
	memset(text, 'x', size);
	text[size - 2] = '\n';
	text[size - 1] = '\0';
	return text;
}

/* How many descriptors are open: its own of the directory is one of them. */
static char *count_files(const struct request *request,
			 const struct requester *requester)
{
	DIR *directory = opendir("/proc/self/fd");
	unsigned int count = 0;
	char *line;

	(void)request;
	(void)requester;
	while (readdir(directory))
		count++;
	/* stdin, stdout, stderr, the pipe, the directory; and "." and ".." */
	if (asprintf(&line, "%u\n", count - 7) < 0)
		return NULL;
	return line;
}

static void answer_arrives(struct ktap *test)
{
	struct office office;

	EXPECT_TEXT(test, "1 1000\n", ask(&office, answer));
	EXPECT_EQ(test, 1, office.ended);
	EXPECT(test, !jobs_refusal(&office.jobs, 1000));
	close_office(&office);
}

static void child_has_nothing_of_the_daemon(struct ktap *test)
{
	struct office office;

	EXPECT_TEXT(test, "0\n", ask(&office, count_files));
	close_office(&office);
}

static void what_is_no_line_is_a_failure(struct ktap *test)
{
	static jobs_work_fn *const works[] = {
		crash, be_silent, say_two_lines, say_half_a_line, talk_for_ever,
	};
	struct office office;
	size_t i;

	for (i = 0; i < sizeof(works) / sizeof(works[0]); i++) {
		EXPECT(test, strstr(ask(&office, works[i]), "\"failed\""));
		EXPECT_EQ(test, 1, office.ended);
		close_office(&office);
	}
}

static void deadline_ends_a_child(struct ktap *test)
{
	struct office office;
	int64_t begun = loop_now_ms();

	EXPECT(test, strstr(ask(&office, hang), "\"status\":6"));
	EXPECT(test, loop_now_ms() - begun >= 3000);
	EXPECT(test, waitpid(-1, NULL, 0) > 0);
	close_office(&office);
}

static void cancelled_job_keeps_its_place_until_dead(struct ktap *test)
{
	struct office office;
	struct job *first;
	int i;

	open_office(&office, hang);
	first = start(&office, 1000, 60000);
	EXPECT(test, first && jobs_refusal(&office.jobs, 1000));
	jobs_cancel(first);
	EXPECT(test, jobs_refusal(&office.jobs, 1000));
	/* something that ends, to run the loop */
	office.jobs.work = crash;
	EXPECT(test, start(&office, 1001, 60000));
	loop_run(&office.loop);
	office.loop.is_stopping = false;
	EXPECT_EQ(test, 1, office.ended);
	/* on a busy machine it takes its time to die */
	for (i = 0; i < 100 && jobs_refusal(&office.jobs, 1000); i++) {
		EXPECT(test, start(&office, 1001, 60000));
		loop_run(&office.loop);
		office.loop.is_stopping = false;
	}
	EXPECT(test, !jobs_refusal(&office.jobs, 1000));
	close_office(&office);
}

static void nobody_takes_all_places(struct ktap *test)
{
	struct office office;
	uid_t uid;

	open_office(&office, hang);
	for (uid = 1; uid <= JOBS_USERS_MAX; uid++) {
		EXPECT(test, !jobs_refusal(&office.jobs, uid));
		EXPECT(test, start(&office, uid, 60000));
		EXPECT(test, strstr(jobs_refusal(&office.jobs, uid), "yours"));
	}
	EXPECT(test, strstr(jobs_refusal(&office.jobs, uid), "others"));
	for (; uid <= JOBS_MAX; uid++) {
		EXPECT(test, !jobs_refusal(&office.jobs, 0));
		EXPECT(test, start(&office, 0, 60000));
	}
	EXPECT(test, strstr(jobs_refusal(&office.jobs, 0), "others"));
	EXPECT(test, !start(&office, 0, 60000));
	close_office(&office);
	EXPECT_EQ(test, 0, office.ended);
}

static const struct ktap_case cases[] = {
	KTAP_CASE(answer_arrives),
	KTAP_CASE(child_has_nothing_of_the_daemon),
	KTAP_CASE(what_is_no_line_is_a_failure),
	KTAP_CASE(deadline_ends_a_child),
	KTAP_CASE(cancelled_job_keeps_its_place_until_dead),
	KTAP_CASE(nobody_takes_all_places),
};

KTAP_MAIN(cases)
