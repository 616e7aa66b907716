"""all-MiniLM-L6-v2 as an ONNX graph, made from its safetensors file.

It is the graph that ONNX Runtime's own optimizer for transformers leaves of a BERT: attention with the three projections
in one, residual and normalisation in one, bias and GELU in one. So the peer runs at its best, and no exporter is needed.
"""

import json
import struct
from pathlib import Path

import numpy
from onnx import TensorProto, helper, numpy_helper, save

LAYERS, HEADS, HIDDEN = 6, 12, 384
EPSILON = 1e-12
FUSED = "com.microsoft"


def read_tensors(path):
    data = Path(path).read_bytes()
    length = struct.unpack("<Q", data[:8])[0]
    tensors = {}
    for name, about in json.loads(data[8:8 + length]).items():
        if name != "__metadata__" and about["dtype"] == "F32":
            first, last = about["data_offsets"]
            tensors[name] = numpy.frombuffer(data[8 + length + first:8 + length + last], "<f4").reshape(about["shape"])
    return tensors


class Graph:
    def __init__(self):
        self.nodes, self.constants = [], []

    def constant(self, name, value):
        self.constants.append(numpy_helper.from_array(numpy.ascontiguousarray(value), name))
        return name

    def add(self, operator, inputs, domain="", **attributes):
        name = f"{operator}_{len(self.nodes)}"
        self.nodes.append(helper.make_node(operator, inputs, [name], name=name, domain=domain, **attributes))
        return name


def build(weights_path, output_path):
    """Inputs `ids` and `mask` [batch × tokens] (int64, int32), output `vectors` [batch × 384] of length 1."""
    tensors = read_tensors(weights_path)
    graph = Graph()

    def weight(name):
        return graph.constant(name, tensors[name])

    def matrix(name):
        return graph.constant(name, tensors[name].T)

    places = tensors["embeddings.position_embeddings.weight"] + tensors["embeddings.token_type_embeddings.weight"][0]
    tokens = graph.add("Slice", [graph.add("Shape", ["ids"]), graph.constant("one", numpy.array([1])),
                                 graph.constant("two", numpy.array([2]))])
    place = graph.add("Slice", [graph.constant("places", places), graph.constant("zero", numpy.array([0])), tokens])
    words = graph.add("Gather", [weight("embeddings.word_embeddings.weight"), "ids"])
    hidden = graph.add("LayerNormalization", [
        graph.add("Add", [words, place]), weight("embeddings.LayerNorm.weight"), weight("embeddings.LayerNorm.bias")],
        epsilon=EPSILON)
    for index in range(LAYERS):
        layer = f"encoder.layer.{index}"
        parts = [f"{layer}.attention.self.{part}" for part in ("query", "key", "value")]
        projections = graph.constant(f"{layer}.qkv.weight", numpy.vstack([tensors[f"{part}.weight"] for part in parts]).T)
        biases = graph.constant(f"{layer}.qkv.bias", numpy.hstack([tensors[f"{part}.bias"] for part in parts]))
        context = graph.add("Attention", [hidden, projections, biases, "mask"], FUSED, num_heads=HEADS)

        def normalise(inputs, residual, dense, norm):
            return graph.add("SkipLayerNormalization", [
                graph.add("MatMul", [inputs, matrix(f"{dense}.weight")]), residual, weight(f"{norm}.weight"),
                weight(f"{norm}.bias"), weight(f"{dense}.bias")], FUSED, epsilon=EPSILON)

        hidden = normalise(context, hidden, f"{layer}.attention.output.dense", f"{layer}.attention.output.LayerNorm")
        wide = graph.add("BiasGelu", [
            graph.add("MatMul", [hidden, matrix(f"{layer}.intermediate.dense.weight")]),
            weight(f"{layer}.intermediate.dense.bias")], FUSED)
        hidden = normalise(wide, hidden, f"{layer}.output.dense", f"{layer}.output.LayerNorm")
    shares = graph.add("Unsqueeze", [graph.add("Cast", ["mask"], to=TensorProto.FLOAT),
                                     graph.constant("last", numpy.array([-1]))])
    total = graph.add("ReduceSum", [graph.add("Mul", [hidden, shares]), "one"], keepdims=0)
    # The mean's divisor is lost in the scaling to length 1.
    length = graph.add("ReduceL2", [total, "last"], keepdims=1)
    graph.nodes.append(helper.make_node("Div", [total, length], ["vectors"]))
    model = helper.make_model(
        helper.make_graph(
            graph.nodes, "all-MiniLM-L6-v2",
            [helper.make_tensor_value_info("ids", TensorProto.INT64, ["batch", "tokens"]),
             helper.make_tensor_value_info("mask", TensorProto.INT32, ["batch", "tokens"])],
            [helper.make_tensor_value_info("vectors", TensorProto.FLOAT, ["batch", HIDDEN])], graph.constants),
        opset_imports=[helper.make_opsetid("", 18), helper.make_opsetid(FUSED, 1)])
    model.ir_version = 9
    save(model, str(output_path))
