"""The models of the benchmark as a PyTorch user would write them. Modules are named after our layers, so that weights can be told apart by name."""

import math

import torch
import torch.nn.functional as F
from torch import nn

from peer_ptbxl import create_ptbxl


class Conv1dSame(nn.Conv1d):
    """"Same" padding of TensorFlow: with strides, an odd zero goes to the right."""

    def forward(self, x):
        (kernel,), (stride,), length = self.kernel_size, self.stride, x.shape[-1]
        total = max((math.ceil(length / stride) - 1) * stride + kernel - length, 0)
        left = total // 2
        if total - left != left:
            x = F.pad(x, (left, total - left))
            left = 0
        return F.conv1d(x, self.weight, self.bias, self.stride, left)


def pool(size):
    """Max-pooling by 2 with "same" padding, for even lengths or windows of 2."""
    return nn.MaxPool1d(size, 2, ceil_mode=True)


class SqueezeAndExcite(nn.Module):
    def __init__(self, channels, reduction):
        super().__init__()
        self.reduce = nn.Linear(channels, channels // reduction)
        self.expand = nn.Linear(channels // reduction, channels)

    def forward(self, x):
        gate = torch.sigmoid(self.expand(F.relu(self.reduce(x.mean(-1)))))
        return x * gate[..., None]


class ResidualBlock(nn.Module):
    def __init__(self, inputs, filters, kernel, stride):
        super().__init__()
        self.conv1 = Conv1dSame(inputs, filters, kernel, stride, bias=False)
        self.norm1 = nn.BatchNorm1d(filters)
        self.conv2 = Conv1dSame(filters, filters, kernel, bias=False)
        self.norm2 = nn.BatchNorm1d(filters)
        self.se = SqueezeAndExcite(filters, 16)
        self.changed = stride != 1 or inputs != filters
        if self.changed:
            self.shortcut = nn.Conv1d(inputs, filters, 1, stride, bias=False)
            self.shortcut_norm = nn.BatchNorm1d(filters)

    def forward(self, x):
        y = F.relu(self.norm1(self.conv1(x)), inplace=True)
        y = self.se(self.norm2(self.conv2(y)))
        return F.relu(y + (self.shortcut_norm(self.shortcut(x)) if self.changed else x), inplace=True)


class ResNet(nn.Module):
    def __init__(self, leads, classes, stem_kernel, blocks, kernel, dropout):
        super().__init__()
        channels = [64, 128, 256, 512]
        self.stem_conv = Conv1dSame(leads, channels[0], stem_kernel, 2, bias=False)
        self.stem_norm = nn.BatchNorm1d(channels[0])
        self.stem_pool = pool(3)
        self.blocks = nn.Sequential()
        inputs = channels[0]
        for stage, count in enumerate(blocks):
            for i in range(count):
                block = ResidualBlock(inputs, channels[stage], kernel, 2 if stage > 0 and i == 0 else 1)
                self.blocks.add_module(f"stage{stage + 1}_block{i + 1}", block)
                inputs = channels[stage]
        self.head_dropout = nn.Dropout(dropout)
        self.logits = nn.Linear(inputs, classes)

    def forward(self, x):
        x = self.stem_pool(F.relu(self.stem_norm(self.stem_conv(x)), inplace=True))
        return self.logits(self.head_dropout(self.blocks(x).mean(-1)))


class CnnLstm(nn.Module):
    def __init__(self, leads, classes, channels, kernels, units, dropout, small=False):
        super().__init__()
        self.blocks = nn.Sequential()
        for i, (filters, kernel) in enumerate(zip(channels, kernels), 1):
            self.blocks.add_module(f"conv{i}", Conv1dSame(leads, filters, kernel, 2 if small else 1, bias=small))
            self.blocks.add_module(f"norm{i}", nn.BatchNorm1d(filters))
            self.blocks.add_module(f"relu{i}", nn.ReLU(inplace=True))
            if not small or i == len(channels):
                self.blocks.add_module(f"pool{i}", pool(2))
            leads = filters
        self.lstm = nn.LSTM(leads, units, 2, batch_first=True, bidirectional=True, dropout=dropout)
        self.small = small
        self.head_dropout = nn.Dropout(dropout)
        self.logits = nn.Linear(2 * units, classes)

    def forward(self, x):
        y, (h, _) = self.lstm(self.blocks(x).transpose(1, 2))
        x = y.mean(1) if self.small else torch.cat([h[-2], h[-1]], 1)
        return self.logits(self.head_dropout(x))


class Attention(nn.Module):
    def __init__(self, width, heads, dropout):
        super().__init__()
        self.qkv = nn.Linear(width, 3 * width)
        self.output = nn.Linear(width, width)
        self.heads, self.dropout = heads, dropout

    def forward(self, x, bias=None):
        batch, steps, width = x.shape
        q, k, v = self.qkv(x).view(batch, steps, 3, self.heads, -1).permute(2, 0, 3, 1, 4)
        rate = self.dropout if self.training else 0.0
        y = F.scaled_dot_product_attention(q, k, v, attn_mask=bias, dropout_p=rate)
        return self.output(y.transpose(1, 2).reshape(batch, steps, width))


class EncoderLayer(nn.Module):
    def __init__(self, width, heads, feed_forward, dropout, inner_dropout=0.0):
        super().__init__()
        self.norm1, self.norm2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.attention = Attention(width, heads, dropout)
        self.dense1, self.dense2 = nn.Linear(width, feed_forward), nn.Linear(feed_forward, width)
        self.dropout1, self.dropout2 = nn.Dropout(dropout), nn.Dropout(dropout)
        self.inner_dropout = nn.Dropout(inner_dropout) if inner_dropout else nn.Identity()

    def forward(self, x):
        x = x + self.dropout1(self.attention(self.norm1(x)))
        y = self.inner_dropout(F.gelu(self.dense1(self.norm2(x))))
        return x + self.dropout2(self.dense2(y))


def waves(steps, width):
    """Sinusoidal positions: channel 2i of step t is sin(t / 10000^(2i/C)), channel 2i + 1 the cosine."""
    channels = torch.arange(0, width, 2, dtype=torch.float64)
    angle = torch.arange(steps, dtype=torch.float64)[:, None] / 10_000 ** (channels / width)
    return torch.stack([angle.sin(), angle.cos()], -1).reshape(steps, width).float()


class EcgTransformer(nn.Module):
    def __init__(self, leads, classes, length, patch, width, heads, feed_forward, dropout, small=False):
        super().__init__()
        self.patches = Conv1dSame(leads, width, patch, patch)
        if not small:
            self.register_buffer("positions", waves(math.ceil(length / patch), width), persistent=False)
            self.norm = nn.LayerNorm(width)
        self.blocks = nn.Sequential()
        for i in range(6):
            layer = EncoderLayer(width, heads, feed_forward, dropout, dropout if small else 0.0)
            self.blocks.add_module(f"block{i + 1}", layer)
        self.head_dropout = nn.Dropout(0.0 if small else dropout)
        self.logits = nn.Linear(width, classes)
        self.small = small

    def forward(self, x):
        x = self.patches(x).transpose(1, 2)
        x = self.blocks(x) if self.small else self.norm(self.blocks(x + self.positions))
        return self.logits(self.head_dropout(x.mean(1)))


class Branch(nn.Module):
    """Dropout, layer scale and stochastic depth at the end of a residual branch."""

    def __init__(self, width, dropout, drop_path):
        super().__init__()
        self.dropout = nn.Dropout(dropout)
        self.scale = nn.Parameter(torch.full((width,), 0.1))
        self.drop_path = drop_path

    def forward(self, x, y):
        y = self.dropout(y) * self.scale
        if self.training and self.drop_path > 0:
            kept = 1 - self.drop_path
            y = y * y.new_empty(y.shape[0], 1, 1).bernoulli_(kept).div_(kept)
        return x + y


class BeitLayer(nn.Module):
    def __init__(self, width, heads, dropout, drop_path):
        super().__init__()
        self.norm1, self.norm2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.attention = Attention(width, heads, dropout)
        self.dense1, self.dense2 = nn.Linear(width, 4 * width), nn.Linear(4 * width, width)
        self.branch1, self.branch2 = Branch(width, dropout, drop_path), Branch(width, dropout, drop_path)

    def forward(self, x, bias):
        x = self.branch1(x, self.attention(self.norm1(x), bias))
        return self.branch2(x, self.dense2(F.gelu(self.dense1(self.norm2(x)))))


class Heartbeit(nn.Module):
    def __init__(self, leads, classes, length, dropout, drop_path, patch=20, width=768, depth=12, heads=12):
        super().__init__()
        steps = math.ceil(length / patch)
        self.patches = Conv1dSame(leads, width, patch, patch)
        self.relative_positions_table = nn.Parameter(torch.zeros(2 * steps - 1, heads))
        distances = torch.arange(steps)[None, :] - torch.arange(steps)[:, None] + steps - 1  # [query, key]
        self.register_buffer("distances", distances, persistent=False)
        self.blocks = nn.ModuleDict(
            {f"block{i + 1}": BeitLayer(width, heads, dropout, drop_path * i / (depth - 1)) for i in range(depth)}
        )
        self.norm = nn.LayerNorm(width)
        self.head_dropout = nn.Dropout(dropout)
        self.logits = nn.Linear(width, classes)

    def forward(self, x):
        x = self.patches(x).transpose(1, 2)
        bias = F.embedding(self.distances, self.relative_positions_table).permute(2, 0, 1)  # [heads, T, T]
        for block in self.blocks.values():
            x = block(x, bias)
        return self.logits(self.head_dropout(self.norm(x.mean(1))))


def create(name, leads, classes, length, dropout):
    """A model by our name, with its default dropout or with none."""

    def rate(default):
        return default if dropout else 0.0

    return {
        "se_resnet1d": lambda: ResNet(leads, classes, 7, [3, 4, 6, 3], 15, rate(0.2)),
        "cnn_lstm": lambda: CnnLstm(leads, classes, [64, 128, 256, 512], [7, 5, 3, 3], 256, rate(0.3)),
        "ecg_transformer": lambda: EcgTransformer(leads, classes, length, 20, 512, 8, 2048, rate(0.1)),
        "heartbeit": lambda: Heartbeit(leads, classes, length, rate(0.1), rate(0.1)),
        "resnet": lambda: ResNet(leads, classes, 15, [2, 2, 2, 2], 7, 0.0),
        "cnnlstm": lambda: CnnLstm(leads, classes, [64, 128], [7, 5], 128, 0.0, small=True),
        "transformer": lambda: EcgTransformer(leads, classes, length, 10, 256, 8, 1024, rate(0.1), small=True),
    }.get(name, lambda: create_ptbxl(name, "base", leads, classes, rate(0.5)))()
