"""Pieces of 512 x 512 of the photographs that scikit-image brings along: cut_photographs.py FOLDER COUNT."""

import os
import sys

import cv2
import numpy as np
import skimage

NAMES = ["astronaut.png", "coffee.png", "chelsea.png", "motorcycle_left.png", "motorcycle_right.png", "rocket.jpg",
         "ihc.png", "hubble_deep_field.jpg"]
SIZE = 512

folder, count = sys.argv[1], int(sys.argv[2])
os.makedirs(folder, exist_ok=True)
photographs = []
for name in NAMES:
    photograph = cv2.imread(os.path.join(os.path.dirname(skimage.__file__), "data", name))
    # Smaller ones are extended by reflection.
    photographs.append(np.pad(photograph, ((SIZE // 2,) * 2, (SIZE // 2,) * 2, (0, 0)), mode="symmetric"))
random = np.random.default_rng(1)
for i in range(count):
    photograph = photographs[i % len(photographs)]
    top, left = (random.integers(0, length - SIZE) for length in photograph.shape[:2])
    piece = photograph[top:top + SIZE, left:left + SIZE]
    cv2.imwrite(os.path.join(folder, f"{i:04}.png"), piece, [cv2.IMWRITE_PNG_COMPRESSION, 6])
