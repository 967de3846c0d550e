# SPDX-License-Identifier: GPL-2.0-only
"""The command line of the lab. Its words are a contract: scripts use them."""

import argparse
import json
import sys
import time

from . import cluster, debugkernel, fault, gate, image, initramfs, kernel, load, node, state
from .errors import Interrupted, LabError, Timeout
from .run import install_signal_handlers, say

EXAMPLES = """
examples:
  lab up --nodes 3                    three machines with Debian's 6.1 kernel
  lab up --nodes 9 --per-vm 3         nine nodes in three machines
  lab up --kernel n1=6.1,n2=6.12 --nodes 2
  LAB=other lab up                    a second lab beside the first
  lab exec n1 -- uname -r
  lab partition 'n1 | n2,n3'          cut n1 off;  'n1 -> n2': one way only
  lab heal                            mend the network

exit status:
  0 done; 1 the lab could not do it (one sentence says why); 2 usage;
  124 a deadline passed; 128 + N signal N ended the lab (130: Ctrl-C);
  'lab exec' gives the status of its command, 125 if the command could not be
  run, 128 + N if signal N ended it
"""


def add_up(commands) -> None:
    """lab up."""
    up = commands.add_parser("up", help="start the machines and wait until they are ready")
    up.add_argument("--nodes", type=int, default=3, metavar="N",
                    help=f"1 to {cluster.NODES_MAX}, called n1 to nN (default 3)")
    up.add_argument("--kernel", default="6.1", metavar="KIND",
                    help="6.1 (default), 6.12, debug, generic; or n1=6.1,n2=6.12")
    up.add_argument("--per-vm", type=int, default=1, metavar="K",
                    help="nodes in each machine, as network namespaces (default 1)")
    up.add_argument("--mem", type=int, default=0, metavar="MB", help="memory of each machine")
    up.add_argument("--smp", type=int, default=2, metavar="N", help="processors (default 2)")
    up.add_argument("--packages", default="", metavar="A,B",
                    help="more Debian packages in the root image")
    up.add_argument("--shared-disk", type=int, default=0, metavar="MB",
                    help="one raw disk for all machines, /dev/shared")
    up.set_defaults(run=do_up)


def do_up(args) -> int:
    """Start a lab."""
    default, kernels = cluster.parse_kernels(args.kernel)
    start = time.monotonic()
    wish = cluster.Wish(args.nodes, kernels, default, args.per_vm, args.mem, args.smp,
                        [word for word in args.packages.split(",") if word], args.shared_disk)
    lab = cluster.up(wish, state.lab_name())
    cluster.report_up(lab, time.monotonic() - start)
    return 0


def do_down(_args) -> int:
    """Stop a lab."""
    if cluster.down(state.lab_name()):
        say(f"lab '{state.lab_name()}' is down")
    return 0


def do_status(args) -> int:
    """Say how the lab is."""
    status = cluster.describe(state.load(state.lab_name()))
    if args.json:
        print(json.dumps(status, indent=2))
        return 0
    print(f"lab '{status['name']}': {len(status['nodes'])} nodes, {status['accelerator']}, "
          f"{status['memory_mb']} MiB and {status['smp']} processors each")
    for item in status["nodes"]:
        print(f"  {item['name']:<4} {item['state']:<8} machine {item['machine']:<3} "
              f"{item['ipv4']:<12} {item['kernel']:<8} {item['release']}")
    for cut in status["cuts"]:
        print(f"  cut: {cut['from']} -> {cut['to']}")
    return 0


def do_exec(args) -> int:
    """Run a command in a node as if it ran here."""
    if not args.exec_words:
        say("exec needs a command: lab exec NODE -- COMMAND")
        return 2
    try:
        return node.attach(state.load(state.lab_name()), args.node, args.exec_words, args.timeout)
    except Timeout as error:
        say(str(error))
        return 124
    except LabError as error:
        say(str(error))
        return 125


def do_gate(args) -> int:
    """Judge the kernel logs."""
    lab = state.load(state.lab_name())
    if args.mark is not None:
        gate.mark(lab, args.mark)
        return 0
    found = gate.check(lab, args.leaks)
    print("\n".join(found) if found else "the kernel logs are clean")
    return 1 if found else 0


def do_kernel(args) -> int:
    """Make a kernel ready; print where it is."""
    if args.print_build_dir:
        if args.kind != "debug":
            raise LabError("only the debug kernel has a build directory; others have headers")
        print(debugkernel.build_dir())
        return 0
    booted = kernel.get(args.kind)
    initramfs.initramfs(booted)
    print(f"{booted.release} {booted.image}")
    return 0


def do_image(args) -> int:
    """Make the root image ready; print where it is."""
    print(image.root_image([word for word in args.packages.split(",") if word]))
    return 0


def with_lab(function):
    """A command that works on the lab of this environment."""
    return lambda args: function(state.load(state.lab_name()), args) or 0


def add_exec(commands) -> None:
    """The commands that reach into nodes."""
    run = commands.add_parser("exec", help="run a command in a node")
    run.add_argument("node")
    run.add_argument("--timeout", type=float, metavar="S", help="kill it after S seconds")
    run.usage = "lab exec NODE [--timeout S] -- COMMAND [ARGUMENT...]"
    run.set_defaults(run=do_exec)
    for name, function, words in (("push", node.push, "copy a file or directory into a node"),
                                  ("pull", node.pull, "copy one out of a node")):
        copy = commands.add_parser(name, help=words)
        copy.add_argument("node")
        copy.add_argument("source")
        copy.add_argument("target")
        copy.set_defaults(run=with_lab(
            lambda lab, args, copying=function: copying(lab, args.node, args.source, args.target)))
    for name, function, words in (
            ("logs", node.daemon_log, "what the daemon of a node wrote"),
            ("dmesg", node.kernel_log, "the kernel log of a node, or the console of a dead one")):
        show = commands.add_parser(name, help=words)
        show.add_argument("node")
        show.set_defaults(run=with_lab(
            lambda lab, args, reading=function: sys.stdout.write(reading(lab, args.node)) and 0))
    loader = commands.add_parser("load", help="push build/, load the module, start the daemons")
    loader.add_argument("nodes", nargs="*", metavar="NODE",
                        help="only the machines of these nodes (default: all)")
    loader.add_argument("--no-daemon", action="store_true", help="do not start the daemons")
    loader.add_argument("--cipher", choices=load.CIPHERS, default=load.CIPHERS[0],
                        help="what protects the traffic between nodes (default: %(default)s)")
    loader.set_defaults(run=with_lab(
        lambda lab, args: load.load(lab, args.nodes, not args.no_daemon, args.cipher)))


def add_faults(commands) -> None:
    """The commands that break and mend."""
    cut = commands.add_parser("partition", help="cut the network: 'n1 | n2,n3' or 'n1 -> n2'")
    cut.add_argument("cut", nargs="+")
    cut.set_defaults(run=lambda args: fault.partition(state.lab_name(), " ".join(args.cut)) or 0)
    heal = commands.add_parser("heal", help="end all cuts and all netem")
    heal.set_defaults(run=lambda args: fault.heal(state.lab_name()) or 0)
    for name, function, words in (
            ("pause", fault.pause, "stop the processors: the guest's clocks stand still"),
            ("resume", fault.resume, "let a paused machine go on"),
            ("freeze", fault.freeze, "stop the process: the guest's clocks will jump"),
            ("thaw", fault.thaw, "let a frozen machine go on"),
            ("kill", fault.kill, "the power fails")):
        one = commands.add_parser(name, help=words)
        one.add_argument("node")
        one.set_defaults(run=with_lab(lambda lab, args, doing=function: doing(lab, args.node)))
    boot = commands.add_parser("boot", help="start a machine again that was killed or died")
    boot.add_argument("node")
    boot.set_defaults(run=lambda args: fault.boot(state.lab_name(), args.node) or 0)
    shape = commands.add_parser("netem", help="shape what a node sends: delay 10ms, loss 5%%, off")
    shape.add_argument("node")
    shape.add_argument("rules", nargs=argparse.REMAINDER, metavar="ARGS")
    shape.set_defaults(run=with_lab(lambda lab, args: fault.netem(lab, args.node, args.rules)))
    step = commands.add_parser("clock", help="step the wall clock: +S, -S, or sync")
    step.add_argument("node")
    step.add_argument("seconds")
    step.set_defaults(run=with_lab(lambda lab, args: fault.clock(lab, args.node, args.seconds)))


def parser() -> argparse.ArgumentParser:
    """All commands."""
    top = argparse.ArgumentParser(
        prog="lab", description="A cluster of virtual machines on this computer.", epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = top.add_subparsers(required=True, metavar="COMMAND")
    add_up(commands)
    commands.add_parser("down", help="stop the machines").set_defaults(run=do_down)
    status = commands.add_parser("status", help="say how every node is")
    status.add_argument("--json", action="store_true")
    status.set_defaults(run=do_status)
    add_exec(commands)
    add_faults(commands)
    judge = commands.add_parser("gate", help="fail if a kernel log shows a complaint")
    judge.add_argument("--mark", metavar="TEXT", help="judge only what comes after this moment")
    judge.add_argument("--leaks", action="store_true", help="ask kmemleak too (debug kernel)")
    judge.set_defaults(run=do_gate)
    kinds = commands.add_parser("kernel", help="make a kernel ready in the cache")
    kinds.add_argument("kind", choices=kernel.KINDS)
    kinds.add_argument("--print-build-dir", action="store_true")
    kinds.set_defaults(run=do_kernel)
    root = commands.add_parser("image", help="make the root image ready in the cache")
    root.add_argument("--packages", default="", metavar="A,B")
    root.set_defaults(run=do_image)
    return top


def main(argv: list[str]) -> int:
    """Run one command. Every failure is one sentence on standard error."""
    install_signal_handlers()
    # What follows "--" belongs to the command that runs in the node.
    split = argv.index("--") if argv[:1] == ["exec"] and "--" in argv else len(argv)
    if argv[:1] == ["exec"] and split == len(argv) and not {"-h", "--help"} & set(argv):
        say("exec needs its command after '--': lab exec NODE [--timeout S] -- COMMAND")
        return 2
    try:
        args = parser().parse_args(argv[:split])
        args.exec_words = argv[split + 1:]
        return args.run(args)
    except Timeout as error:
        say(str(error))
        return 124
    except (LabError, PermissionError) as error:
        say(str(error))
        return 1
    except Interrupted as stop:
        say("interrupted")
        return 128 + stop.signal_number
    except BrokenPipeError:
        return 141
