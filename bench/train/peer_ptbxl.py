"""Networks of the PTB-XL benchmark (Strodthoff et al., IEEE J Biomed Health Inform 25:1519, 2021) as a PyTorch user would write them after its
description. Modules are named after our layers. `[B, L, T]` → `[B, K]`."""

import torch
import torch.nn.functional as F
from torch import nn


def conv(inputs, outputs, kernel, stride=1):
    return nn.Conv1d(inputs, outputs, kernel, stride, padding=(kernel - 1) // 2, bias=False)


class Network(nn.Module):
    """A body, made by a subclass, and the benchmark's head: greatest and mean value over time, batch norms, dropout, one hidden layer."""

    def add_head(self, channels, hidden, classes, dropout):
        self.head_norm1 = nn.BatchNorm1d(2 * channels)
        self.head_dropout1 = nn.Dropout(dropout / 2)
        self.head_dense = nn.Linear(2 * channels, hidden)
        self.head_norm2 = nn.BatchNorm1d(hidden)
        self.head_dropout = nn.Dropout(dropout)
        self.logits = nn.Linear(hidden, classes)
        for module in self.modules():
            if isinstance(module, (nn.Conv1d, nn.Linear)):
                nn.init.kaiming_normal_(module.weight)

    def forward(self, x):
        x = self.body(x)
        x = torch.cat([F.adaptive_max_pool1d(x, 1).squeeze(-1), x.mean(-1)], 1)
        x = self.head_norm2(F.relu(self.head_dense(self.head_dropout1(self.head_norm1(x)))))
        return self.logits(self.head_dropout(x))


class Bottleneck(nn.Module):
    def __init__(self, inputs, width, outputs, kernel, stride):
        super().__init__()
        self.conv1, self.norm1 = conv(inputs, width, 1), nn.BatchNorm1d(width)
        self.conv2, self.norm2 = conv(width, width, kernel, stride), nn.BatchNorm1d(width)
        self.conv3, self.norm3 = conv(width, outputs, 1), nn.BatchNorm1d(outputs)
        self.pool = nn.AvgPool1d(2, ceil_mode=True) if stride > 1 else nn.Identity()
        self.changed = inputs != outputs
        if self.changed:
            self.shortcut, self.shortcut_norm = conv(inputs, outputs, 1), nn.BatchNorm1d(outputs)

    def forward(self, x):
        y = F.relu(self.norm1(self.conv1(x)), inplace=True)
        y = F.relu(self.norm2(self.conv2(y)), inplace=True)
        shortcut = self.pool(x)
        if self.changed:
            shortcut = self.shortcut_norm(self.shortcut(shortcut))
        return F.relu(self.norm3(self.conv3(y)) + shortcut, inplace=True)


class XResNet1d(Network):
    def __init__(self, leads, classes, stem, blocks, width, hidden, dropout, expansion=4, kernel=5):
        super().__init__()
        self.stem = len(stem)
        inputs = leads
        for i, filters in enumerate(stem, 1):
            self.add_module(f"stem_conv{i}", conv(inputs, filters, kernel, 2 if i == 1 else 1))
            self.add_module(f"stem_norm{i}", nn.BatchNorm1d(filters))
            inputs = filters
        self.blocks = nn.Sequential()
        for stage, count in enumerate(blocks):
            for i in range(count):
                stride = 2 if stage > 0 and i == 0 else 1
                block = Bottleneck(inputs, width, expansion * width, kernel, stride)
                self.blocks.add_module(f"stage{stage + 1}_block{i + 1}", block)
                inputs = expansion * width
        self.add_head(inputs, hidden, classes, dropout)

    def body(self, x):
        for i in range(1, self.stem + 1):
            x = F.relu(self.get_submodule(f"stem_norm{i}")(self.get_submodule(f"stem_conv{i}")(x)), inplace=True)
        return self.blocks(F.max_pool1d(x, 3, 2, 1))


class InceptionBlock(nn.Module):
    def __init__(self, inputs, filters, kernels, bottleneck):
        super().__init__()
        self.bottleneck = conv(inputs, bottleneck, 1)
        self.kernels = len(kernels)
        for i, kernel in enumerate(kernels, 1):
            self.add_module(f"conv{i}", conv(bottleneck, filters, kernel))
        self.pool_conv = conv(inputs, filters, 1)
        self.norm = nn.BatchNorm1d((len(kernels) + 1) * filters)

    def forward(self, x):
        narrow = self.bottleneck(x)
        branches = [self.get_submodule(f"conv{i}")(narrow) for i in range(1, self.kernels + 1)]
        branches.append(self.pool_conv(F.max_pool1d(x, 3, 1, 1)))
        return F.relu(self.norm(torch.cat(branches, 1)), inplace=True)


class Inception1d(Network):
    def __init__(self, leads, classes, depth, kernels, filters, bottleneck, hidden, dropout):
        super().__init__()
        self.depth = depth
        outputs = (len(kernels) + 1) * filters
        for i in range(1, depth + 1):
            self.add_module(f"block{i}", InceptionBlock(leads if i == 1 else outputs, filters, kernels, bottleneck))
            if i % 3 == 0:
                self.add_module(f"shortcut{i // 3}", conv(leads if i == 3 else outputs, outputs, 1))
                self.add_module(f"shortcut{i // 3}_norm", nn.BatchNorm1d(outputs))
        self.add_head(outputs, hidden, classes, dropout)

    def body(self, x):
        start = x
        for i in range(1, self.depth + 1):
            x = self.get_submodule(f"block{i}")(x)
            if i % 3 == 0:
                name = f"shortcut{i // 3}"
                x = start = F.relu(x + self.get_submodule(f"{name}_norm")(self.get_submodule(name)(start)))
        return x


class BasicBlock(nn.Module):
    def __init__(self, width, kernels, stride):
        super().__init__()
        self.conv1, self.norm1 = conv(width, width, kernels[0], stride), nn.BatchNorm1d(width)
        self.conv2, self.norm2 = conv(width, width, kernels[1]), nn.BatchNorm1d(width)
        self.changed = stride > 1
        if self.changed:
            self.shortcut, self.shortcut_norm = conv(width, width, 1, stride), nn.BatchNorm1d(width)

    def forward(self, x):
        y = F.relu(self.norm1(self.conv1(x)), inplace=True)
        shortcut = self.shortcut_norm(self.shortcut(x)) if self.changed else x
        return F.relu(self.norm2(self.conv2(y)) + shortcut, inplace=True)


class ResNet1dWang(Network):
    def __init__(self, leads, classes, width, hidden, dropout, depth=3, kernels=(5, 3), stem_kernel=7):
        super().__init__()
        self.stem_conv, self.stem_norm = conv(leads, width, stem_kernel), nn.BatchNorm1d(width)
        self.blocks = nn.Sequential()
        for i in range(1, depth + 1):
            self.blocks.add_module(f"block{i}", BasicBlock(width, kernels, 1 if i == 1 else 2))
        self.add_head(width, hidden, classes, dropout)

    def body(self, x):
        return self.blocks(F.relu(self.stem_norm(self.stem_conv(x)), inplace=True))


def create_ptbxl(name, preset, leads, classes, dropout=0.5):
    """A network by our name, in the size that it has in the benchmark (`base`) or in our `tiny`."""
    long = [39, 19, 9]
    return {
        ("xresnet1d101", "base"): lambda: XResNet1d(leads, classes, [32, 32, 64], [3, 4, 23, 3], 64, 128, dropout),
        ("xresnet1d101", "tiny"): lambda: XResNet1d(leads, classes, [8, 8, 16], [1, 2, 1], 4, 16, dropout),
        ("inception1d", "base"): lambda: Inception1d(leads, classes, 6, long, 32, 32, 128, dropout),
        ("inception1d", "tiny"): lambda: Inception1d(leads, classes, 3, [9, 5, 3], 4, 4, 16, dropout),
        ("resnet1d_wang", "base"): lambda: ResNet1dWang(leads, classes, 128, 128, dropout),
        ("resnet1d_wang", "tiny"): lambda: ResNet1dWang(leads, classes, 8, 16, dropout),
    }[name, preset]()
