# SPDX-License-Identifier: GPL-2.0-only
"""The lab: virtual machines with stock kernels that form a weft cluster.

Modules look down only: errors, paths, run, cache; then kernel, debugkernel,
initramfs, image; then qemu, qmp, agent, state; then machine, network; then
cluster, node, fault, load, gate; then cli.
"""
