"""Recorded films of a label, which OpenCV opens as it opens a camera."""

from pathlib import Path

import cv2
import numpy as np

from firmware.twin.label_print import printed

FRAMES = 12


def film_of_a_label(directory: Path) -> str:
    """Twelve frames of a label, as a camera's motion JPEG; its path."""
    path = str(directory / "film.avi")
    writer = cv2.VideoWriter(path, cv2.VideoWriter.fourcc(*"MJPG"), 20, (640, 480))
    assert writer.isOpened()
    for _ in range(FRAMES):
        writer.write(frame_of_a_label())
    writer.release()
    return path


def frame_of_a_label() -> np.ndarray:
    """A label on a dark table."""
    label = printed("TOTE-0001", "Code128")
    frame = np.full((480, 640, 3), 40, np.uint8)
    frame[100 : 100 + label.shape[0], 60 : 60 + label.shape[1]] = label[:, :, None]
    return frame
