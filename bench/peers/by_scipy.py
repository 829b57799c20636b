# SciPy's side of a task: scipy.ndimage, channel by channel, on the one thread that it has.

import numpy as np
import scipy
from scipy import ndimage


def versions():
    return {"SciPy": scipy.__version__}


def prepare(task, image, weights):
    maps = [np.empty(image.shape, task["output"]) for _ in weights]
    channels = range(image.shape[2])

    def correlate():
        for planes, out in zip(weights, maps):
            for c in channels:
                ndimage.correlate(image[..., c], planes[0], output=out[..., c], mode="nearest")
        return maps

    def gaussian_filter():
        for c in channels:
            sigma = task["parameters"]["sigma"]
            ndimage.gaussian_filter(image[..., c], sigma, output=maps[0][..., c], mode="nearest")
        return maps

    return {"correlate": correlate, "gaussian_filter": gaussian_filter}[task["call"]]
