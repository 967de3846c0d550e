// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reading and writing more than one message carries: piece by piece, until the
 * program has what one call of a local kernel would have given it.
 *
 * A piece that is short is the last one. What was read or written counts, so an
 * error, or a signal, of a later piece is not told, as it is not by a local kernel.
 */
#include "migrate/body.h"
#include "rsys/rsys.h"

#include <linux/fs.h>
#include <linux/limits.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/syscalls.h>
#include <linux/uaccess.h>

/* A multiple of what files without a cache want. */
#define PIECE	((u64)WEFT_RSYS_DATA_MAX)

/* What a vector describes goes whole up to here: at home it needs one as well. */
#define VECTOR_MOST	(PIECE - sizeof(struct weft_rsys_vector))

/* Arguments of read(2) and all that are like it. */
enum argument { DESCRIPTOR, ADDRESS, LENGTH, OFFSET, OFFSET_HIGH, FLAGS };

/**
 * struct transfer - a call that reads or writes
 * @thread:     whose
 * @number:     of the call for one piece
 * @is_read:    it reads
 * @at_place:   it says where in the file
 * @has_vector: it has a vector of memory, which may be anywhere
 * @is_at_hand: another piece does not wait for more than the first
 * @descriptor: of what
 * @offset:     of the next piece, with @at_place
 * @done:       bytes so far
 */
struct transfer {
	struct weft_thread *thread;
	u32 number;
	bool is_read;
	bool at_place;
	bool has_vector;
	bool is_at_hand;
	u64 descriptor;
	u64 offset;
	u64 done;
};

/* Return: whether it is a call that may be made in pieces. */
static bool find(u32 number, const u64 *args, struct transfer *found)
{
	switch (number) {
	case __NR_preadv2:
	case __NR_pwritev2:
		if ((u32)args[FLAGS] || args[OFFSET] == -1ULL)
			return false;
		fallthrough;
	case __NR_preadv:
	case __NR_pwritev:
	case __NR_readv:
	case __NR_writev:
		found->has_vector = true;
		break;
	case __NR_read:
	case __NR_write:
	case __NR_pread64:
	case __NR_pwrite64:
		break;
	default:
		return false;
	}
	found->at_place = number != __NR_read && number != __NR_write &&
			  number != __NR_readv && number != __NR_writev;
	found->is_read = number == __NR_read || number == __NR_pread64 ||
			 number == __NR_readv || number == __NR_preadv ||
			 number == __NR_preadv2;
	found->number = found->is_read ?
			(found->at_place ? __NR_pread64 : __NR_read) :
			(found->at_place ? __NR_pwrite64 : __NR_write);
	found->is_at_hand = found->at_place || !found->is_read;
	found->descriptor = args[DESCRIPTOR];
	found->offset = args[OFFSET];
	return true;
}

/*
 * Only where all that is asked for is there, or never will be, may a second piece
 * be read: elsewhere it would wait for what nobody may write.
 */
static bool may_go_on(struct transfer *transfer)
{
	const u64 args[WEFT_RSYS_ARGS] = { transfer->descriptor, 0, SEEK_CUR };

	if (transfer->done && !transfer->is_at_hand)
		transfer->is_at_hand = weft_thread_call_home(transfer->thread,
							     __NR_lseek, args, NULL) >= 0;
	return !transfer->done || transfer->is_at_hand;
}

/* Return: how much it moved, or an error. */
static s64 move_piece(struct transfer *transfer, u64 address, u64 length)
{
	const u64 args[WEFT_RSYS_ARGS] = {
		[DESCRIPTOR] = transfer->descriptor, [ADDRESS] = address,
		[LENGTH] = length,
		[OFFSET] = transfer->at_place ? transfer->offset : 0,
	};
	s64 result = weft_thread_call_home(transfer->thread, transfer->number, args, NULL);

	if (result > 0) {
		transfer->done += result;
		transfer->offset += result;
	}
	return result;
}

/* Return: 1: all of it was moved; 0: no more is to be had; or an error. */
static s64 move_stretch(struct transfer *transfer, u64 address, u64 length)
{
	s64 result;
	u64 part;

	for (; length; length -= part, address += part) {
		if (!may_go_on(transfer))
			return 0;
		part = min(length, PIECE);
		result = move_piece(transfer, address, part);
		if (result < 0)
			return result;
		if (result < part)
			return 0;
	}
	return 1;
}

static s64 result_of(const struct transfer *transfer, s64 last)
{
	return transfer->done ? transfer->done : min(last, 0LL);
}

/* Return: false if it does not move much, and is to be made as it is. */
static bool move_vector(struct transfer *transfer, const u64 *args, s64 *result)
{
	struct weft_rsys_vector *vector;
	u64 bytes = 0, count = args[LENGTH], i;
	s64 last = 1;

	if (!count || count > WEFT_RSYS_VECTOR_MAX)
		return false;
	vector = kvcalloc(count, sizeof(*vector), GFP_KERNEL);
	if (!vector)
		return false;
	if (!copy_from_user(vector, (void __user *)args[ADDRESS],
			    count * sizeof(*vector)) &&
	    weft_rsys_vector_size(vector, count, &bytes))
		bytes = 0;
	for (i = 0; bytes > VECTOR_MOST && i < count && last == 1; i++)
		last = move_stretch(transfer, vector[i].base,
				    min(vector[i].length, bytes - transfer->done));
	kvfree(vector);
	*result = result_of(transfer, last);
	return bytes > VECTOR_MOST;
}

/**
 * weft_thread_transfer() - make a call, in pieces if it moves much
 * @thread: the thread; the caller is its task
 * @number: of the call
 * @args:   as the program gave them
 *
 * Return: what the call gave.
 */
s64 weft_thread_transfer(struct weft_thread *thread, u32 number, const u64 *args)
{
	struct transfer transfer = { .thread = thread };
	u64 length;
	s64 result;

	if (!find(number, args, &transfer))
		return weft_thread_call_home(thread, number, args, NULL);
	if (transfer.has_vector)
		return move_vector(&transfer, args, &result) ? result :
		       weft_thread_call_home(thread, number, args, NULL);
	if (args[LENGTH] <= PIECE || args[LENGTH] > LONG_MAX)
		return weft_thread_call_home(thread, number, args, NULL);
	length = min_t(u64, args[LENGTH], MAX_RW_COUNT);
	result = move_stretch(&transfer, args[ADDRESS], length);
	return result_of(&transfer, result);
}
