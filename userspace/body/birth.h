/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where the process begins: its number, and its clocks. */
#ifndef WEFT_BODY_BIRTH_H
#define WEFT_BODY_BIRTH_H

void be_born(long fd, long ready);

#endif /* WEFT_BODY_BIRTH_H */
