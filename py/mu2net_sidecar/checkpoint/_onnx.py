"""A model as an ONNX graph, which ONNX Runtime and many other engines run."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any

import numpy as np

from mu2net_sidecar.checkpoint.layouts import HostParams, Model
from mu2net_sidecar.model import LAYER_NORM_EPSILON, kind_of
from mu2net_sidecar.optional import import_optional

OPSET = 20
"""The first version of ONNX's operators with GELU."""
IR_VERSION = 9
"""The first version of the file format that has these operators; older engines read no newer."""


def serialise_graph(model: Model, description: Mapping[str, Any]) -> bytes:
    """Returns an ONNX model with a model's weights; float32 throughout.

    The graph maps `images` (batch, side, side, 3) to `logits` (batch, classes), for any batch. Its
    nodes and weights are named by component, and the description is part of its metadata.

    Args:
        model: parameters by component name, in forward order.
        description: what others need to know to serve the model, of `describe_model`.

    Raises:
        SidecarError: `SIDECAR_FAILED` when onnx is not installed.
    """
    onnx = import_optional("onnx", "onnx", "onnx", purpose="ONNX's format", code="SIDECAR_FAILED")
    x, graph = "images", _Graph(onnx)
    for name, params in model.items():
        x = _FORMS[kind_of(name).name](_Component(graph, name, params), x)
    graph.nodes.append(onnx.helper.make_node("Identity", [x], ["logits"], "logits"))
    ends = [
        onnx.helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, description[end]["shape"])
        for name, end in (("images", "input"), ("logits", "output"))
    ]
    made = onnx.helper.make_model(
        onnx.helper.make_graph(graph.nodes, "model", ends[:1], ends[1:], graph.tensors),
        opset_imports=[onnx.helper.make_opsetid("", OPSET)],
        ir_version=IR_VERSION,
        producer_name="mu2net",
    )
    texts = {key: json.dumps(value, ensure_ascii=False) for key, value in description.items()}
    onnx.helper.set_model_props(made, texts)
    return made.SerializeToString()


@dataclass
class _Graph:
    """The nodes and the constant tensors of a graph that is being built."""

    onnx: ModuleType
    nodes: list[object] = field(default_factory=list)
    tensors: list[object] = field(default_factory=list)


@dataclass
class _Component:
    """A component whose nodes are being added; a value is known by its name.

    Attributes:
        graph: takes the nodes.
        name: name of the component, which begins the names of its nodes and tensors.
        params: its parameters.
    """

    graph: _Graph
    name: str
    params: HostParams

    def node(self, operator: str, *inputs: str, **attributes: object) -> str:
        """Adds a node and returns the name of its value."""
        name = f"{self.name}/{operator}_{len(self.graph.nodes)}"
        made = self.graph.onnx.helper.make_node(operator, inputs, [name], name, **attributes)
        self.graph.nodes.append(made)
        return name

    def constant(self, label: str, array: np.ndarray) -> str:
        """Adds a constant tensor and returns its name."""
        name = f"{self.name}/{label}"
        self.graph.tensors.append(self.graph.onnx.numpy_helper.from_array(array, name))
        return name

    def weight(self, param: str, *shape: int) -> str:
        """Adds a parameter, in another shape if one is given."""
        array = np.asarray(self.params[param], np.float32)
        return self.constant(param, array.reshape(shape or array.shape))

    def reshape(self, label: str, x: str, *shape: int) -> str:
        """Reshapes a value; 0 keeps the size of an axis."""
        return self.node("Reshape", x, self.constant(label, np.array(shape, np.int64)))

    def norm(self, x: str, prefix: str = "") -> str:
        """Norms the last axis."""
        scale, bias = (self.weight(f"{prefix}{param}") for param in ("scale", "bias"))
        return self.node("LayerNormalization", x, scale, bias, axis=-1, epsilon=LAYER_NORM_EPSILON)

    def dense(self, x: str, prefix: str = "", inputs: int | None = None) -> str:
        """Computes x·kernel + bias; `inputs` is the number of features if axes are to be merged."""
        kernel = self.params[f"{prefix}kernel"]
        rows = inputs or kernel.shape[0]
        y = self.node("MatMul", x, self.weight(f"{prefix}kernel", rows, kernel.size // rows))
        return self.node("Add", y, self.weight(f"{prefix}bias", -1))

    def mlp(self, x: str, prefix: str = "") -> str:
        """Computes dense₁(gelu(dense₀(x)))."""
        y = self.node("Gelu", self.dense(x, f"{prefix}Dense_0/"), approximate="tanh")
        return self.dense(y, f"{prefix}Dense_1/")


def _embedding(c: _Component, images: str) -> str:
    kernel = np.asarray(c.params["kernel"], np.float32)
    patch, _, _, hidden = kernel.shape
    window = c.constant("kernel", np.ascontiguousarray(kernel.transpose(3, 2, 0, 1)))
    x = c.node("Transpose", images, perm=[0, 3, 1, 2])
    x = c.node("Conv", x, window, c.weight("bias"), strides=[patch, patch])
    x = c.reshape("shape", x, 0, hidden, -1)
    return c.node("Transpose", x, perm=[0, 2, 1])


def _cls(c: _Component, x: str) -> str:
    token = c.weight("cls")
    rest = c.constant("rest", np.array(c.params["cls"].shape[1:], np.int64))
    shape = c.node("Concat", c.node("Shape", x, start=0, end=1), rest, axis=0)
    return c.node("Concat", c.node("Expand", token, shape), x, axis=1)


def _posembed_input(c: _Component, x: str) -> str:
    return c.node("Add", x, c.weight("pos_embedding"))


def _residual_adapter(c: _Component, x: str) -> str:
    return c.node("Add", x, c.mlp(c.norm(x, "LayerNorm_0/")))


def _encoderblock(c: _Component, x: str) -> str:
    x = c.node("Add", x, _attention(c, c.norm(x, "LayerNorm_0/")))
    return c.node("Add", x, c.mlp(c.norm(x, "LayerNorm_2/"), "MlpBlock_3/"))


def _attention(c: _Component, x: str) -> str:
    prefix = "MultiHeadDotProductAttention_1/"
    _, heads, head_dim = c.params[f"{prefix}query/kernel"].shape

    def project(name: str, *axes: int) -> str:
        y = c.dense(x, f"{prefix}{name}/")
        return c.node("Transpose", c.reshape(f"{name}/shape", y, 0, 0, heads, head_dim), perm=axes)

    scale = c.constant("scale", np.array(head_dim**-0.5, np.float32))
    query = c.node("Mul", project("query", 0, 2, 1, 3), scale)
    scores = c.node("MatMul", query, project("key", 0, 2, 3, 1))
    weights = c.node("Softmax", scores, axis=-1)
    y = c.node("MatMul", weights, project("value", 0, 2, 1, 3))
    y = c.reshape("out/shape", c.node("Transpose", y, perm=[0, 2, 1, 3]), 0, 0, heads * head_dim)
    return c.dense(y, f"{prefix}out/", inputs=heads * head_dim)


def _encoder_norm(c: _Component, x: str) -> str:
    first = c.constant("first", np.array(0, np.int64))
    return c.norm(c.node("Gather", x, first, axis=1))


def _head(c: _Component, x: str) -> str:
    return c.dense(x)


_FORMS: Mapping[str, Callable[[_Component, str], str]] = {
    "embedding": _embedding,
    "cls": _cls,
    "posembed_input": _posembed_input,
    "residual_adapter": _residual_adapter,
    "encoderblock": _encoderblock,
    "encoder_norm": _encoder_norm,
    "head": _head,
}
"""How a component is written, by its kind: adds its nodes to the graph, after those of a value."""
