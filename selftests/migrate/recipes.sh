# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# How the programs of programs.sh are started. Each runs in a node, in an empty
# directory; "moving" is what moves. It is moved as soon as "$HALF" is there, or
# "ready" is a line of its output, and "$GO" is there afterwards.

# In a node: numbers FIRST LAST: lines that look random, but are the same always.
numbers()
{
	seq "$1" "$2" | awk '{ x = ($1 * 7919 + 104729) % 999983; print x, $1, "w" x % 97 }'
}

# In a node: feed COUNT: so many lines, half of them when the move is over.
feed()
{
	numbers 1 $(($1 / 2))
	: >"$HALF"
	await_go
	numbers $(($1 / 2 + 1)) "$1"
}

recipe_python()
{
	feed 4000 | moving python3 -c '
import hashlib, json, math, re, sys, zlib
table, digest, total = {}, hashlib.sha256(), 0.0
for line in sys.stdin:
    number, index, word = line.split()
    table.setdefault(word, []).append(int(number))
    digest.update(line.encode())
    total += math.sin(int(number)) ** 2
    if int(index) % 500 == 0:
        print(index, len(table), digest.hexdigest(), "%.17g" % total, flush=True)
text = json.dumps(table, sort_keys=True)
packed = zlib.compress(text.encode(), 9)
assert json.loads(zlib.decompress(packed)) == table
print(len(packed), hashlib.md5(packed).hexdigest(), len(re.findall("w[0-9]", text)))
print(pow(3, 20011, 10 ** 60), sum(map(int, str(2 ** 4000))), math.factorial(300))
'
}

recipe_python_files()
{
	feed 400 | moving python3 -c '
import os, shutil, sys, tempfile
os.mkdir("tree")
for line in sys.stdin:
    number, index, word = line.split()
    path = os.path.join("tree", word)
    with open(path, "a") as out:
        out.write(line)
    with open(path, "rb+") as file:
        file.seek(int(number) % 50)
        file.write(b"*")
    if int(index) % 50 == 0:
        with tempfile.NamedTemporaryFile(dir=".") as scratch:
            scratch.write(bytes(range(256)) * 5000)
            scratch.flush()
            assert os.stat(scratch.name).st_size == 1280000
            shutil.copyfile(scratch.name, "copy-%s" % index)
        os.rename("copy-%s" % index, "kept-%s" % index)
for root, dirs, names in os.walk("."):
    for name in sorted(names):
        if name not in ("out", "err"):
            print(name, os.stat(os.path.join(root, name)).st_size)
' | sort
}

recipe_python_long()
{
	feed 200000 | moving python3 -c '
import hashlib, sys
lines = sorted(sys.stdin, key=lambda line: hashlib.sha1(line.encode()).digest())
print(hashlib.sha256("".join(lines).encode()).hexdigest())
with open("lines", "w") as out:
    out.writelines(lines)
'
}

# shellcheck disable=SC2016	# it is Perl
recipe_perl()
{
	feed 8000 | moving perl -e '
use strict;
my (%count, @seen);
open(my $log, ">", "log") or die;
while (my $line = <STDIN>) {
	my ($number, $index, $word) = split " ", $line;
	$count{$word} += $number;
	push @seen, $number if $line =~ /^\d*7\d* .*w[13579]/;
	print $log "$index $count{$word}\n";
	printf "%d %d %.15g\n", $index, scalar(@seen), sqrt($number) if $index % 1000 == 0;
}
close $log or die;
print join(",", map { "$_=$count{$_}" } sort keys %count), "\n";
print join(" ", (sort { $a <=> $b } @seen)[0 .. 9]), "\n";
my $text = join "", map { chr(65 + $_ % 26) } @seen;
print length($text), " ", unpack("%32C*", $text), "\n";
'
}

# shellcheck disable=SC2016	# it is awk
recipe_awk()
{
	feed 30000 | moving awk '
{ sum[$3] += $1; text = substr(text $2, 1, 3000); if ($1 > most) most = $1 }
NR % 3000 == 0 { print NR, most, length(text) >"progress" }
END { for (i = 0; i < 97; i++) print i, sum["w" i], sin(sum["w" i]); print text }'
}

# Less memory than lines, so that it sorts in pieces, by files.
recipe_sort()
{
	feed 60000 | moving sort --parallel=1 -S 400k -T . -k3,3 -k1,1n | tee sorted | cksum
}

recipe_xz()
{
	feed 40000 | moving xz -T1 -4 -c | tee packed.xz | xz -dc | cksum
}

recipe_xz_long()
{
	feed 400000 | moving xz -T1 -6 -c | tee packed.xz | xz -dc | cksum
}

recipe_unxz()
{
	feed 60000 | xz -T1 -1 -c | moving xz -dc | cksum
}

recipe_gzip()
{
	feed 60000 | moving gzip -n -c | tee packed.gz | gzip -dc | cksum
}

# In a node: SQL, in two transactions, the first of which is under way at the move.
feed_sql()
{
	echo "create table t (a integer primary key, b text, c real); create index i on t (b);"
	echo "begin;"
	seq 1 300 | awk '{ print "insert into t values (" $1 ", \"w" $1 % 17 "\", " $1 / 7 ");" }'
	printf '.output counts\nselect count(*), sum(a) from t;\n.output stdout\n'
	wait_for 120 "the first transaction" test -s counts
	: >"$HALF"
	await_go
	# the lock is that of the process here, wherever it runs
	sqlite3 -batch base "insert into t values (0, 'x', 0)" >locked 2>&1
	echo "select b, count(*), round(sum(c), 6) from t group by b order by b;"
	echo "update t set c = c * 2 where a % 3 = 0; delete from t where a % 5 = 0; commit;"
	echo "begin; insert into t select a + 1000, b, c from t; rollback;"
	echo "begin; insert into t select a + 2000, b || 'y', c from t; commit;"
	echo "select count(*), sum(a), round(sum(c), 6) from t; pragma integrity_check; vacuum;"
}

recipe_sqlite()
{
	feed_sql | moving sqlite3 -batch base || return
	sqlite3 -batch base "insert into t values (-1, 'last', 0); select count(*) from t"
	cat locked
}

# In a node: at_terminal: what is done there, on standard input.
at_terminal()
{
	PS1='sh> ' HISTFILE='' TERM=dumb /lib/weft/terminal bash --norc --noediting -i
}

# In a node: the same, but what was shown counts only if what was expected was not:
# who is faster, the one who types or the one who writes, is not said.
only_expected()
{
	at_terminal >shown || {
		cat shown
		return 1
	}
	rm shown
}

# In a node: typed COMMAND: prints what starts it there, as what moves.
typed()
{
	# shellcheck disable=SC2016	# for the shell that it is typed into
	printf 'sh -c '\''echo $$ >$PID_FILE; exec %s'\' "$1"
}

recipe_bc()
{
	at_terminal <<-END
	expect sh> 
	type $(typed 'bc -q')\\n
	expect bc -q
	mode raw
	type 1+1\\n
	expect 2
	mode raw
	type for (i = 0; i < 3; i++) i * 7\\n
	expect 14
	mode raw
	make $HALF
	await $GO
	type 123456789123456789 * 987654321987654321\\n
	expect 121932631356500531347203169112635269
	mode raw
	type scale=40; sqrt(2)\\n
	expect 1.4142135623730950488016887242096980785696
	mode raw
	type 22/7\\n
	expect 3.1428571428571428571428571428571428571428
	mode raw
	type quit\\n
	expect sh> 
	type exit 0\\n
	END
}

recipe_interrupted()
{
	at_terminal <<-END
	expect sh> 
	type $(typed cat)\\n
	expect exec cat
	type one\\n
	expect one
	expect one
	make $HALF
	await $GO
	type two\\n
	expect two
	expect two
	type ^C
	expect sh> 
	type echo status \$?\\n
	expect status 130
	expect sh> 
	type exit 0\\n
	END
}

recipe_stopped()
{
	only_expected <<-END
	expect sh> 
	type $(typed cat)\\n
	expect exec cat
	type one\\n
	expect one
	expect one
	make $HALF
	await $GO
	type two\\n
	expect two
	expect two
	type ^Z
	expect Stopped
	expect sh> 
	type echo status \$?\\n
	expect status 148
	expect sh> 
	type fg\\n
	expect exec cat
	type three\\n
	expect three
	expect three
	type ^D
	expect sh> 
	type exit 0\\n
	END
}

# A handler of the program runs where the program does.
recipe_stop_caught()
{
	cat >prog <<-'END'
	trap "echo caught" TSTP
	while read -r line || [ $? -gt 128 ]; do
		echo "got $line"
	done
	END
	only_expected <<-END
	expect sh> 
	type $(typed 'bash prog')\\n
	expect bash prog
	type one\\n
	expect got one
	make $HALF
	await $GO
	type two\\n
	expect got two
	type ^Z
	type three\\n
	expect caught
	expect got three
	type ^D
	expect sh> 
	type exit 0\\n
	END
}

# In a node: until_job STATE: typed, it waits until the job has it.
until_job()
{
	printf "until jobs -l | grep -q '%s'; do sleep 0.1; done; echo it i''s" "$1"
}

# Who reads in the background is stopped by its terminal, and goes on with "fg".
recipe_background_input()
{
	only_expected <<-END
	expect sh> 
	type $(typed cat)\\n
	expect exec cat
	type one\\n
	expect one
	expect one
	make $HALF
	await $GO
	type ^Z
	expect Stopped
	expect sh> 
	type bg\\n
	expect sh> 
	type $(until_job 'tty input')\\n
	expect it is
	expect sh> 
	type kill -TSTP %1; fg\\n
	expect exec cat
	type two\\n
	expect two
	expect two
	type ^D
	expect sh> 
	type exit 0\\n
	END
}

# Who writes in the background is stopped, if the terminal is to do that.
recipe_background_output()
{
	mkfifo pipe
	only_expected <<-END
	expect sh> 
	type stty tostop\\n
	expect sh> 
	type $(typed 'cat pipe') &\\n
	expect sh> 
	make $HALF
	await $GO
	type (echo text; sleep 1; echo end) >pipe\\n
	expect sh> 
	type $(until_job 'tty output')\\n
	expect it is
	expect sh> 
	type fg\\n
	expect exec cat
	expect text
	expect end
	expect sh> 
	type exit 0\\n
	END
	rm pipe
}

recipe_dd()
{
	feed 20000 | moving dd bs=333 iflag=fullblock conv=swab,notrunc of=copy seek=3 status=noxfer
}

recipe_dd_large()
{
	feed 300000 | moving dd bs=3000k iflag=fullblock of=copy status=noxfer
	cksum <copy
}

recipe_tee()
{
	feed 40000 | moving tee one two | cksum
}

recipe_digest()
{
	feed 60000 | moving openssl dgst -sha256
}

recipe_cipher()
{
	feed 60000 | moving openssl enc -aes-256-ctr -K "$(printf '%064d' 7)" \
		-iv "$(printf '%032d' 9)" | tee secret | cksum
}

# Nothing but work of the processor, for some seconds.
recipe_derive()
{
	(
		sleep 1
		: >"$HALF"
	) &
	moving openssl kdf -keylen 64 -kdfopt digest:SHA256 -kdfopt pass:word \
		-kdfopt salt:salt -kdfopt iter:100000 PBKDF2
}

recipe_server()
{
	moving /lib/weft/server serve "$END" >port &
	wait_for 60 "a port" test -s port
	/lib/weft/server clients "$(cat port)" "$GO"
	: >"$END"
	wait $! || return
	rm port
}

# In a node: send_signals COUNT: so many after the move.
send_signals()
{
	moving /lib/weft/exercise signals "$GO" &
	wait_for 60 "a receiver" grep -q ready out
	/lib/weft/exercise send-signals "$GO" $! "$1" >/dev/null
	wait $!
}

recipe_signals()
{
	send_signals 1500
}

recipe_signals_long()
{
	send_signals 30000
}

recipe_state()
{
	/lib/weft/exercise need-state - || return 0
	moving /lib/weft/exercise state "$GO"
}

recipe_time()
{
	moving /lib/weft/exercise time "$GO"
}

recipe_mappings()
{
	moving /lib/weft/exercise mappings "$GO"
}

recipe_map_files()
{
	moving /lib/weft/exercise map-files "$GO"
}

recipe_share_files()
{
	moving /lib/weft/exercise share-files "$GO"
}

recipe_heap()
{
	moving /lib/weft/exercise heap "$GO"
}

recipe_resize()
{
	moving /lib/weft/exercise resize "$GO"
}

recipe_stack()
{
	moving /lib/weft/exercise stack "$GO"
}

recipe_wait()
{
	moving /lib/weft/exercise wait "$GO"
}

# In a node: wait_once NUMBER: the byte comes some time after the move.
wait_once()
{
	{
		await_go
		sleep 2
		echo over
	} | moving /lib/weft/exercise wait-once "$GO" "$1"
}

recipe_wait_select()
{
	wait_once 0
}

recipe_wait_poll()
{
	wait_once 1
}

recipe_wait_pselect()
{
	wait_once 2
}

recipe_wait_ppoll()
{
	wait_once 3
}

recipe_wait_epoll()
{
	wait_once 4
}

recipe_wait_epoll2()
{
	wait_once 5
}

recipe_sleep()
{
	wait_once 6
}

recipe_events()
{
	moving /lib/weft/exercise events "$GO"
}

recipe_sizes()
{
	moving /lib/weft/exercise sizes "$GO"
}

recipe_pipe_sizes()
{
	feed 150000 | moving /lib/weft/exercise copy "$GO" 1500001 | tail -n +1 | cksum
}

recipe_passing()
{
	moving /lib/weft/exercise passing "$GO"
}

recipe_names()
{
	moving /lib/weft/exercise names "$GO"
}
