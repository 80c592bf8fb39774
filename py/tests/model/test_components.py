"""Shapes of the parameters, inputs and outputs of every kind of component."""

import importlib
import pkgutil

import jax
import jaxtyping
import numpy as np
import pytest

from mu2net_sidecar import model
from mu2net_sidecar.model import (
    KINDS,
    Architecture,
    attend,
    components,
    initialise,
    kind_of,
    kinds_of,
)
from mu2net_sidecar.model._layer_norm import layer_norm

TINY = Architecture(4, 16, 32, 2, 8, 10, 8)
BATCH = 3
MODULES = [
    importlib.import_module(f"{components.__name__}.{module.name}")
    for module in pkgutil.iter_modules(components.__path__)
]


INPUTS = {
    "embedding": (BATCH, 8, 8, 3),
    "cls": (BATCH, 4, 16),
    "posembed_input": (BATCH, 5, 16),
    "encoderblock": (BATCH, 5, 16),
    "residual_adapter": (BATCH, 5, 16),
    "encoder_norm": (BATCH, 5, 16),
    "head": (BATCH, 16),
}


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.KIND.name)
def test_shapes(module):
    kind = module.KIND
    name = f"{kind.name}_0" if kind.per_layer else kind.name
    params = {k: jax.numpy.asarray(v) for k, v in initialise(name, TINY, 0).items()}
    x = jax.numpy.ones(INPUTS[kind.name])
    y = jax.jit(module.apply)(params, x)
    following = {"embedding": (BATCH, 4, 16), "cls": (BATCH, 5, 16), "head": (BATCH, 10)}
    default = (BATCH, 16) if kind.name == "encoder_norm" else (BATCH, 5, 16)
    assert y.shape == following.get(kind.name, default)


def test_shapes_of_shared_functions():
    x = jax.numpy.ones((BATCH, 5, 2, 8))
    assert attend(x, x, x).shape == x.shape
    scale = jax.numpy.ones(8)
    assert layer_norm(x, scale, scale).shape == x.shape
    with pytest.raises(jaxtyping.TypeCheckError):
        layer_norm(x, jax.numpy.ones(7), scale)


@pytest.mark.parametrize("name", [n for n, kind in KINDS.items() if kind.class_token])
def test_class_token_is_the_first_of_all(name):
    module = next(module for module in MODULES if module.KIND.name == name)
    draw = np.random.default_rng(0)
    params = {
        k: v + draw.normal(0, 0.1, v.shape).astype("float32")
        for k, v in initialise(f"{name}_0", TINY, 0).items()
    }
    x = draw.standard_normal(INPUTS[name], np.float32)
    apply, alone = module.apply, module.class_token

    def results(function):
        y, vjp = jax.vjp(lambda *args: function(*args)[:, :1], params, x)
        return y, vjp(jax.numpy.ones_like(y))

    expected, actual = jax.jit(lambda: results(apply))(), jax.jit(lambda: results(alone))()
    jax.tree.map(lambda a, b: np.testing.assert_allclose(a, b, 1e-4, 1e-5), expected, actual)


@pytest.mark.parametrize("name", [n for n, kind in KINDS.items() if kind.reads_class_token])
def test_who_reads_the_class_token_reads_no_other(name):
    params = initialise(name, TINY, 0)
    x = np.random.default_rng(0).standard_normal(INPUTS[name], np.float32)
    apply = jax.jit(KINDS[name].apply)
    np.testing.assert_array_equal(apply(params, x), apply(params, x[:, :1]))


def test_only_the_last_layer_is_followed_by_the_norm():
    names = ["cls", "residual_adapter_0", "encoderblock_0", "encoderblock_1", "encoder_norm"]
    kinds = kinds_of(names)
    assert [kind.name for kind in kinds] == [
        "cls",
        "residual_adapter",
        "encoderblock",
        "encoderblock_class_token",
        "encoder_norm",
    ]
    assert kinds_of(names)[3] is kinds[3]
    assert kinds_of(["posembed_input", "encoder_norm"]) == [
        KINDS["posembed_input"],
        KINDS["encoder_norm"],
    ]


def test_every_module_is_a_kind():
    assert {module.KIND.name for module in MODULES} == set(KINDS) == set(INPUTS)


def test_checkpoint_names_and_shapes():
    def shapes(name):
        return {k: v.shape for k, v in initialise(name, TINY, 0).items()}

    attention_name = "MultiHeadDotProductAttention_1"
    assert shapes("embedding") == {"kernel": (4, 4, 3, 16), "bias": (16,)}
    assert shapes("cls") == {"cls": (1, 1, 16)}
    assert shapes("posembed_input") == {"pos_embedding": (1, 5, 16)}
    assert shapes("encoder_norm") == {"scale": (16,), "bias": (16,)}
    assert shapes("head") == {"kernel": (16, 10), "bias": (10,)}
    assert shapes("residual_adapter_1") == {
        "LayerNorm_0/scale": (16,),
        "LayerNorm_0/bias": (16,),
        "Dense_0/kernel": (16, 8),
        "Dense_0/bias": (8,),
        "Dense_1/kernel": (8, 16),
        "Dense_1/bias": (16,),
    }
    assert shapes("encoderblock_11") == {
        "LayerNorm_0/scale": (16,),
        "LayerNorm_0/bias": (16,),
        **{
            f"{attention_name}/{projection}/{param}": shape
            for projection in ("query", "key", "value")
            for param, shape in (("kernel", (16, 2, 8)), ("bias", (2, 8)))
        },
        f"{attention_name}/out/kernel": (2, 8, 16),
        f"{attention_name}/out/bias": (16,),
        "LayerNorm_2/scale": (16,),
        "LayerNorm_2/bias": (16,),
        "MlpBlock_3/Dense_0/kernel": (16, 32),
        "MlpBlock_3/Dense_0/bias": (32,),
        "MlpBlock_3/Dense_1/kernel": (32, 16),
        "MlpBlock_3/Dense_1/bias": (16,),
    }


def test_ti16_has_the_parameters_that_the_paper_counts():
    """params_ref of ti0-cmaterdb and ti3-chars: three layers, 32 px, two classes (method.md §7)."""
    ti = Architecture(16, 192, 768, 3, 32, 2, 32)
    blocks = [f"encoderblock_{layer}" for layer in range(3)]
    names = ["embedding", "cls", "posembed_input", *blocks, "encoder_norm", "head"]
    assert sum(array.size for n in names for array in initialise(n, ti, 0).values()) == 1_484_162


@pytest.mark.parametrize("name", ["encoderblock", "head_1", "encoderblock_x", "nothing", ""])
def test_unknown_names_are_refused(name):
    with pytest.raises(ValueError, match="no known kind"):
        kind_of(name)


def test_initialisation_depends_on_seed_and_name_only():
    first = initialise("encoderblock_0", TINY, 1)
    again = initialise("encoderblock_0", TINY, 1)
    assert all((first[k] == again[k]).all() for k in first)
    kernel = "MlpBlock_3/Dense_0/kernel"
    for name, seed in (("encoderblock_1", 1), ("encoderblock_0", 2)):
        assert (initialise(name, TINY, seed)[kernel] != first[kernel]).all()


def test_initial_distributions():
    wide = Architecture(16, 192, 768, 3, 224, 10, 32)
    block = initialise("encoderblock_0", wide, 0)
    query = block["MultiHeadDotProductAttention_1/query/kernel"]
    out = block["MultiHeadDotProductAttention_1/out/kernel"]
    for kernel in (query, out):
        assert np.abs(kernel).max() <= np.sqrt(6 / (192 + 192))
        assert kernel.std() == pytest.approx(np.sqrt(2 / (192 + 192)), rel=0.02)
    mlp = block["MlpBlock_3/Dense_0/kernel"]
    assert mlp.std() == pytest.approx(np.sqrt(2 / (192 + 768)), rel=0.02)
    assert block["MlpBlock_3/Dense_0/bias"].std() == pytest.approx(1e-6, rel=0.1)
    embedding = initialise("embedding", wide, 0)["kernel"]
    assert embedding.std() == pytest.approx(np.sqrt(1 / (16 * 16 * 3)), rel=0.02)
    assert initialise("posembed_input", wide, 0)["pos_embedding"].std() == pytest.approx(
        0.02, rel=0.02
    )
    assert not initialise("head", wide, 0)["kernel"].any()
    adapter = initialise("residual_adapter_0", wide, 0)
    assert adapter["Dense_0/kernel"].any() and not adapter["Dense_1/kernel"].any()


@pytest.mark.parametrize("classes,bucket", [(1, 16), (16, 16), (17, 32), (64, 64), (1000, 1024)])
def test_head_is_padded_with_zeros_to_its_bucket(classes, bucket):
    params = {
        "kernel": np.ones((4, classes), np.float32),
        "bias": np.ones(classes, np.float32),
    }
    padded = kind_of("head").pad(params)
    assert padded["kernel"].shape == (4, bucket)
    assert padded["kernel"].sum() == 4 * classes and padded["kernel"][:, :classes].all()
    assert padded["bias"].sum() == classes


def test_public_names_exist():
    assert all(hasattr(model, name) for name in model.__all__)
