# PyTorch's side of a stack of layers on the CPU: the same weights, no gradients. Pairs are [along x, along y].

import torch
import torch.nn.functional as F


def versions():
    return {"PyTorch": torch.__version__}


def down_right(pair):
    return tuple(reversed(pair))


def prepare(task, image, weights):
    torch.set_num_threads(task["threads"])
    source = torch.from_numpy(image)[None]
    flat = torch.from_numpy(weights)
    steps = []
    at = 0
    for layer in task["layers"]:
        if layer["type"] == "conv":
            shape = layer["shape"]
            count = shape[0] * shape[1] * shape[2] * shape[3]
            kernels = flat[at:at + count].reshape(shape).contiguous()
            at += count
            steps.append(lambda x, k=kernels, layer=layer: F.conv2d(
                x, k, None, down_right(layer["stride"]), (layer["padding"]["top"], layer["padding"]["left"])))
        elif layer["type"] == "relu":
            steps.append(lambda x: F.relu(x, inplace=True))
        else:
            steps.append(lambda x, layer=layer: F.max_pool2d(x, down_right(layer["size"]), down_right(layer["stride"])))

    def run():
        x = source
        with torch.no_grad():
            for step in steps:
                x = step(x)
        return [x[0].numpy()]

    return run
