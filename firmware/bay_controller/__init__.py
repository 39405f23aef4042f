"""Example firmware of a bay's indicator: MicroPython on an RP2040, load cells in, frames of the bay line out.

Everything but main.py is pure and runs under CPython too; it imports nothing that a microcontroller lacks, so there are
no dataclasses, no typing and no pathlib here.
"""
