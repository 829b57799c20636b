"""Sobel's kernel by OpenCV: by_opencv.py PROCESSES IN OUT, two files or two folders."""

import os
import sys
from multiprocessing import Pool

import cv2
import numpy as np

KERNEL = np.array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]], np.float32)


def work(pair):
    image = cv2.imread(pair[0], cv2.IMREAD_UNCHANGED)
    responses = cv2.filter2D(image, cv2.CV_16S, KERNEL, borderType=cv2.BORDER_REPLICATE)
    if not cv2.imwrite(pair[1], cv2.convertScaleAbs(responses)):
        raise SystemExit(f"{pair[1]} was not written")


processes, source, target = sys.argv[1:]
if processes == "1":
    work((source, target))
else:
    cv2.setNumThreads(1)
    names = sorted(os.listdir(source))
    with Pool(int(processes)) as pool:
        pool.map(work, [(os.path.join(source, name), os.path.join(target, name)) for name in names], chunksize=16)
