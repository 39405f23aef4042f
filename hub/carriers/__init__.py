"""Carriers that are asked: what they are asked, by whom, and a twin of one."""
