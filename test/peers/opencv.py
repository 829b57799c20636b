#!/usr/bin/python3
"""Compares pictures that convtool stored with those of OpenCV's filter2D (test/peers/opencv.ts calls this).

cases.json lists sizes, kernels and options; samples.raw holds each case's picture and convtool's result, little-endian.
Sums of whole numbers below 2^24 are exact on both sides and must be the same; so are those over a power of 2, whose halves
go to the even number, where OpenCV takes no transforms. Others are rounded in float32 by both: a sample may then be one apart, and only where the
float64 value lies next to a half. Exit 1 where one does not.
"""
import json
import sys

import cv2
import numpy as np

BORDERS = {
    "replicate": cv2.BORDER_REPLICATE,
    "symmetric": cv2.BORDER_REFLECT,
    "reflect101": cv2.BORDER_REFLECT_101,
    "constant:0": cv2.BORDER_CONSTANT,
}
# Kernels of so many weights are transformed by OpenCV, whose halves are not exact then.
LEAST_TRANSFORMED = 50


def main(folder):
    with open(f"{folder}/cases.json", encoding="utf-8") as file:
        cases = json.load(file)
    raw = np.fromfile(f"{folder}/samples.raw", dtype=np.uint8)
    at = 0
    wrong = exact = samples = 0
    methods = {}
    for case in cases:
        width, height, channels = case["size"]
        kind = np.dtype(np.uint8 if case["depth"] == 8 else "<u2")
        count = width * height * channels * kind.itemsize
        image, stored = (
            raw[at + i * count : at + (i + 1) * count].view(kind).reshape(height, width, channels) for i in (0, 1)
        )
        at += 2 * count
        weights = np.array(case["weights"], dtype=np.float64)
        anchor = case["anchor"]
        if case["flip"]:
            weights = weights[::-1, ::-1]
            anchor = [weights.shape[1] - 1 - anchor[0], weights.shape[0] - 1 - anchor[1]]
        divisor, bias = case["divisor"], case["bias"]
        options = {"anchor": tuple(anchor), "delta": bias, "borderType": BORDERS[case["border"]]}
        kernel = np.ascontiguousarray(weights / divisor)
        other = cv2.filter2D(image, -1, kernel, **options).reshape(stored.shape)
        largest = 255 if case["depth"] == 8 else 65535
        reach = np.abs(weights).sum() * largest
        has_no_rounding = divisor == 1 or (np.log2(abs(divisor)) % 1 == 0 and weights.size < LEAST_TRANSFORMED)
        is_exact = has_no_rounding and (weights == np.round(weights)).all() and reach + abs(bias * divisor) < 2**24
        differs = other != stored
        if differs.any() and not is_exact:
            value = cv2.filter2D(image.astype(np.float64), cv2.CV_64F, kernel, **options).reshape(stored.shape)
            slack = 5e-7 * reach / abs(divisor) + 1e-6 * abs(bias)
            to_half = np.abs(value - np.floor(value) - 0.5)
            apart = np.abs(other.astype(np.int64) - stored.astype(np.int64))
            differs &= (to_half > slack) | (apart > 1 + 2 * slack)
        if differs.any():
            wrong += 1
            y, x, c = np.argwhere(differs)[0]
            print(f"{json.dumps(case)}\n  ({x}, {y}) channel {c}: OpenCV {other[y, x, c]}, convtool {stored[y, x, c]}")
        exact += is_exact
        samples += stored.size
        methods[case["method"]] = methods.get(case["method"], 0) + 1
    print(f"{len(cases)} kernels, {exact} of them exact, {samples} samples; {wrong} differ; methods {methods}")
    return 1 if wrong else 0


sys.exit(main(sys.argv[1]))
