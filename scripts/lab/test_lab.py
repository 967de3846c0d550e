# SPDX-License-Identifier: GPL-2.0-only
"""Unit tests of the decisions of the lab: what needs no machine to be tested."""

import os
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time
import unittest
from pathlib import Path
from unittest import mock

sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)))

from weftlab import agent, cache, cluster, debugkernel, fault, gate, machine, network, state  # noqa
from weftlab.errors import LabError, Timeout  # noqa: E402


def make_lab(nodes: int, per_vm: int = 1) -> state.Lab:
    """A lab that exists only on paper."""
    names = [f"n{number}" for number in range(1, nodes + 1)]
    machines = [state.Machine(index // per_vm + 1, "6.1", "6.1.0", names[index:index + per_vm])
                for index in range(0, nodes, per_vm)]
    return state.Lab("test", 7, "tcg", per_vm, 256, 1, "root.img", machines=machines)


class Cuts(unittest.TestCase):
    """lab partition"""

    def setUp(self):
        self.lab = make_lab(4)

    def test_groups_are_cut_in_both_directions(self):
        self.assertCountEqual(fault.parse_cut(self.lab, "n1 | n2,n3"),
                              [["n1", "n2"], ["n1", "n3"], ["n2", "n1"], ["n3", "n1"]])

    def test_three_groups_are_cut_pairwise(self):
        cuts = fault.parse_cut(self.lab, "n1|n2|n3 n4")
        self.assertEqual(len(cuts), 10)
        self.assertNotIn(["n3", "n4"], cuts)

    def test_an_arrow_cuts_one_direction(self):
        self.assertEqual(fault.parse_cut(self.lab, "n1 -> n2"), [["n1", "n2"]])

    def test_bad_cuts_are_refused_with_a_sentence(self):
        for text in ("n1", "n1 |", "n1 | n1", "n1 | n9", "n1 -> n2 | n3", "n1 -> n2 -> n3", ""):
            with self.subTest(text), self.assertRaises(LabError):
                fault.parse_cut(self.lab, text)

    def test_a_filter_without_cuts_removes_the_table(self):
        self.assertNotIn("drop", fault.ruleset([]))
        self.assertIn("delete table", fault.ruleset([]))

    def test_a_filter_names_both_addresses_of_every_sender(self):
        rules = fault.ruleset(["n2", "n3"])
        for address in ("10.77.0.2", "fd77::2", "10.77.0.3", "fd77::3"):
            self.assertIn(f"saddr {address} drop", rules)


class Plans(unittest.TestCase):
    """lab up"""

    def plan(self, **wish) -> list[state.Machine]:
        """A plan that asks no kernel for its release."""
        with mock.patch("weftlab.kernel.get") as get:
            get.return_value.release = "1.2.3"
            return cluster.plan(cluster.Wish(**wish))

    def test_nodes_fill_machines_in_order(self):
        machines = self.plan(nodes=5, per_vm=2)
        self.assertEqual([own.nodes for own in machines], [["n1", "n2"], ["n3", "n4"], ["n5"]])

    def test_numbers_out_of_range_are_refused(self):
        for wish in ({"nodes": 0}, {"nodes": 65}, {"per_vm": 0}, {"nodes": 17}):
            with self.subTest(wish), self.assertRaises(LabError):
                self.plan(**wish)

    def test_nodes_of_one_machine_share_a_kernel(self):
        with self.assertRaises(LabError):
            self.plan(nodes=2, per_vm=2, kernels={"n1": "6.1", "n2": "6.12"})

    def test_kernels_are_given_for_all_or_by_node(self):
        self.assertEqual(cluster.parse_kernels("6.12"), ("6.12", {}))
        self.assertEqual(cluster.parse_kernels("n1=6.1,n2=debug"),
                         ("6.1", {"n1": "6.1", "n2": "debug"}))

    def test_unknown_kernels_and_nodes_are_refused(self):
        with self.assertRaises(LabError):
            cluster.parse_kernels("n1=5.10")
        with self.assertRaises(LabError):
            self.plan(nodes=2, kernels={"n3": "6.1"})


class Networks(unittest.TestCase):
    """The inside of the machines"""

    def test_two_machines_use_their_cable_without_a_bridge(self):
        lab = make_lab(2)
        lines = network.machine_commands(lab, lab.machines[0], [])
        self.assertFalse([line for line in lines if "bridge" in line])
        self.assertIn("addr add 10.77.0.1/24 dev eth0", lines)

    def test_cables_of_a_bridge_are_isolated(self):
        lab = make_lab(3)
        lines = network.machine_commands(lab, lab.machines[1], [])
        self.assertIn("link set cable1 type bridge_slave isolated on", lines)
        self.assertIn("link set cable3 type bridge_slave isolated on", lines)

    def test_every_node_of_a_machine_gets_a_port(self):
        lab = make_lab(4, per_vm=2)
        lines = network.machine_commands(lab, lab.machines[0], [101, 102])
        self.assertIn("link add name node2 type veth peer name eth0 netns 102", lines)

    def test_both_ends_of_a_cable_know_each_other(self):
        lab = make_lab(2)
        with machine.link_socket(lab, 1, 2) as one, machine.link_socket(lab, 2, 1) as two:
            self.assertEqual(one.getpeername(), two.getsockname())
            self.assertEqual(two.getpeername(), one.getsockname())

    def test_a_cable_in_use_is_reported(self):
        lab = make_lab(2)
        with machine.link_socket(lab, 1, 2), self.assertRaises(LabError):
            machine.link_socket(lab, 1, 2)


class Gate(unittest.TestCase):
    """The kernel log as judge"""

    def test_complaints_are_found(self):
        for line in ("[ 1.0] WARNING: CPU: 0 PID: 1 at x.c:3 f+0x1/0x2",
                     "BUG: KASAN: use-after-free",
                     "WARNING: possible circular locking dependency detected",
                     "INFO: task x:12 blocked for more than 120 seconds.",
                     "rcu: INFO: rcu_sched self-detected stall on CPU",
                     "refcount_t: underflow; use-after-free.",
                     "unreferenced object 0xffff8880 (size 8)",
                     "BUG: sleeping function called from invalid context at mm/x.c:1",
                     "list_add double add: new=00000000, prev=00000000, next=00000000.",
                     "invalid opcode: 0000 [#1] SMP KASAN", "list_del corruption. prev->next",
                     "watchdog: BUG: soft lockup - CPU#1 stuck", "Kernel panic - not syncing: x"):
            with self.subTest(line):
                self.assertEqual(gate.complaints(line), [line])

    def test_ordinary_lines_pass(self):
        for line in ("weft: 0.1.0 loaded, unconfigured",
                     "weft: loading out-of-tree module taints kernel.",
                     "Lock dependency validator: Copyright (c) 2006 Red Hat",
                     "kasan: KernelAddressSanitizer initialized",
                     "kmemleak: Kernel memory leak detector initialized",
                     "weft: node=65 is out of range: 1 to 64"):
            with self.subTest(line):
                self.assertEqual(gate.complaints(line), [])

    def test_only_what_follows_the_last_mark_counts(self):
        log = f"BUG: old\n{gate.MARK} a\nBUG: middle\n{gate.MARK} b\nfine\n"
        self.assertEqual(gate.complaints(gate.since_mark(log)), [])

    def test_a_log_that_lost_its_mark_counts_whole(self):
        self.assertEqual(gate.complaints(gate.since_mark("BUG: x\n")), ["BUG: x"])


class Sessions(unittest.TestCase):
    """The host's end of a command channel"""

    def guest(self, path: Path, reply) -> threading.Thread:
        """A guest that greets, then answers the first bytes with reply()."""
        server = socket.socket(socket.AF_UNIX)
        server.bind(str(path))
        server.listen(1)

        def serve():
            with server, server.accept()[0] as link:
                hello = b""
                while len(hello) < len(agent.MAGIC) + agent.NONCE:
                    hello += link.recv(64)
                link.sendall(b"left over" + hello)
                reply(link)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        return thread

    def test_output_and_status_arrive_whole(self):
        def reply(link):
            link.recv(65536)
            exit_7 = b"X\x04\0\0\0" + struct.pack("<I", 0x700)
            for part in (b"O\x03\0\0\0abc", b"R\x02\0\0\0no", exit_7):
                link.sendall(part[:4])
                time.sleep(0.01)
                link.sendall(part[4:])

        with tempfile.TemporaryDirectory() as home:
            self.guest(Path(home) / "vm1.port0", reply)
            result = agent.execute(Path(home), 1, 0, ["x"], 10)
        self.assertEqual((result.status, result.stdout, result.stderr), (7, b"abc", b"no"))

    def test_a_silent_guest_is_given_up_in_time(self):
        with tempfile.TemporaryDirectory() as home:
            self.guest(Path(home) / "vm1.port0", lambda link: time.sleep(5))
            start = time.monotonic()
            with self.assertRaises(Timeout):
                agent.execute(Path(home), 1, 0, ["x"], 1)
            self.assertLess(time.monotonic() - start, 3)

    def test_a_guest_that_dies_is_noticed(self):
        with tempfile.TemporaryDirectory() as home:
            self.guest(Path(home) / "vm1.port0", lambda link: None)
            with self.assertRaises(LabError):
                agent.execute(Path(home), 1, 0, ["x"], 10)

    def test_arguments_have_a_limit(self):
        with self.assertRaises(LabError):
            agent.encode_exec(0, ["x" * 130000], {})

    def test_a_signal_becomes_the_status_of_a_shell(self):
        self.assertEqual(agent.exit_code(9), 137)
        self.assertEqual(agent.exit_code(7 << 8), 7)


class Caches(unittest.TestCase):
    """Entries are complete or absent"""

    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        patch = mock.patch.dict(os.environ, XDG_CACHE_HOME=self.folder.name)
        patch.start()
        self.addCleanup(patch.stop)

    def test_an_entry_is_made_once(self):
        made = []
        for _ in range(2):
            path = cache.entry("kind", "name", lambda scratch: made.append(scratch))
        self.assertEqual(len(made), 1)
        self.assertTrue(path.is_dir())

    def test_a_failure_leaves_nothing_but_its_log(self):
        def fail(scratch):
            (scratch / "log").write_text("why", encoding="ascii")
            raise LabError("no")

        with self.assertRaises(LabError):
            cache.entry("kind", "name", fail)
        left = sorted(path.name for path in (Path(self.folder.name) / "weft/kind").iterdir())
        self.assertEqual(left, [".name.lock", "name.failed.log"])

    def test_keys_tell_apart_what_is_joined_differently(self):
        self.assertNotEqual(cache.key("ab", "c"), cache.key("a", "bc"))


class DebugKernel(unittest.TestCase):
    """Options must survive"""

    def test_a_lost_option_is_named(self):
        fragment = "# CONFIG_A\nCONFIG_B=y\nCONFIG_C=y\n"
        final = "CONFIG_B=y\n# CONFIG_C is not set\n"
        self.assertEqual(debugkernel.missing_options(fragment, final), ["CONFIG_C=y"])

    def test_the_fragment_asks_for_every_promised_checker(self):
        fragment = debugkernel.FRAGMENT.read_text(encoding="ascii").splitlines()
        for option in ("KASAN", "PROVE_LOCKING", "DEBUG_ATOMIC_SLEEP", "DEBUG_KMEMLEAK",
                       "DEBUG_LIST", "DEBUG_OBJECTS", "FAULT_INJECTION", "FAILSLAB",
                       "FAIL_PAGE_ALLOC", "KUNIT", "TLS", "NET_SCH_NETEM", "NET_NS", "USER_NS",
                       "PID_NS", "TIME_NS"):
            self.assertIn(f"CONFIG_{option}=y", fragment)


class Processes(unittest.TestCase):
    """Which machines run is read from /proc"""

    def test_only_a_qemu_with_our_marker_counts(self):
        home = Path("/tmp/weft-lab-test")
        words = [state.marker(home, 3)]
        decoy = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(30)", *words])
        try:
            self.assertEqual(state.processes(home), {})
        finally:
            decoy.kill()
            decoy.wait()


if __name__ == "__main__":
    unittest.main()
