# PyTorch's side of a task: conv2d on the CPU, channels as planes as it likes them, no gradients.

import numpy as np
import torch


def versions():
    return {"PyTorch": torch.__version__}


def prepare(task, image, weights):
    torch.set_num_threads(task["threads"])
    source = torch.from_numpy(np.ascontiguousarray(image.transpose(2, 0, 1))[None])
    kernels = torch.from_numpy(weights.astype(np.float32))

    def conv2d():
        with torch.no_grad():
            return [torch.nn.functional.conv2d(source, kernels, stride=task["stride"])]

    def run():
        return [each.numpy() for each in conv2d()]

    return run
