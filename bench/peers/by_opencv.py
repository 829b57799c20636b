# OpenCV's side of a task: filter2D, Sobel, GaussianBlur and boxFilter into arrays that are there already.

import cv2
import numpy as np

DEPTHS = {"uint8": cv2.CV_8U, "int16": cv2.CV_16S, "float32": cv2.CV_32F}


def versions():
    return {"OpenCV": cv2.__version__, "NumPy": np.__version__}


def prepare(task, image, weights):
    cv2.setNumThreads(task["threads"])
    source = image[..., 0] if image.shape[2] == 1 else image
    depth = DEPTHS[task["output"]]
    parameters = task["parameters"]
    maps = [np.empty(source.shape, task["output"]) for _ in weights]
    edges = {"borderType": cv2.BORDER_REPLICATE}

    def filter2d():
        for kernel, out in zip(kernels, maps):
            cv2.filter2D(source, depth, kernel, dst=out, **edges)
        return maps

    def sobel():
        cv2.Sobel(source, depth, 1, 0, dst=maps[0], ksize=3, **edges)
        return maps

    def gaussian_blur():
        cv2.GaussianBlur(source, (0, 0), parameters["sigma"], dst=maps[0], **edges)
        return maps

    def box_filter():
        size = parameters["size"]
        cv2.boxFilter(source, depth, (size, size), dst=maps[0], **edges)
        return maps

    kernels = [np.ascontiguousarray(planes[0], np.float32) for planes in weights]
    return {"filter2D": filter2d, "Sobel": sobel, "GaussianBlur": gaussian_blur, "boxFilter": box_filter}[
        task["call"]
    ]
