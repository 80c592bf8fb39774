"""The shapes in annotations are checked while the functions run."""

import inspect
from collections.abc import Callable

import jax
import jaxtyping
import numpy as np
import pytest
from beartype import beartype

from mu2net_sidecar.data import augment

KEY = jax.random.key(0)
IMAGES = jax.random.uniform(KEY, (4, 6, 5, 3))
PIXELS = jax.numpy.zeros((4, 6, 5, 1), "uint8")
SIZES = jax.numpy.array([[6, 5], [2, 3], [1, 1], [6, 1]])
BOXES = augment.whole_boxes(SIZES)
AMOUNTS = jax.numpy.full(4, 0.5)
AUGMENTATION = augment.Augmentation(True, 0.1, 0.5, True, 0.1, 0.1, 0.1, 0.1, 0.1).as_arrays()

CALLS = [
    (augment.whole_boxes, (SIZES,)),
    (augment.resize, (IMAGES, BOXES, 7)),
    (augment.normalise, (PIXELS,)),
    (augment.preprocess, (PIXELS, SIZES, 7)),
    (augment.random_boxes, (KEY, SIZES, 0.1, 0.5)),
    (augment.adjust_brightness, (IMAGES, AMOUNTS)),
    (augment.adjust_contrast, (IMAGES, AMOUNTS, BOXES)),
    (augment.adjust_saturation, (IMAGES, AMOUNTS)),
    (augment.adjust_hue, (IMAGES, AMOUNTS)),
    (augment.random_quality, (KEY, PIXELS, SIZES, 0.1)),
    (augment.recompress, (PIXELS.repeat(3, axis=3), SIZES, jax.numpy.full(4, 90))),
    (augment.augment, (KEY, PIXELS, SIZES, AUGMENTATION), {"image_size": 7}),
]


def checked(function):
    """Returns the function with its annotations evaluated and enforced."""
    function = inspect.unwrap(function)
    names = vars(jaxtyping) | {"Array": jax.Array, "Callable": Callable, "np": np}
    names |= {"Augmentation": augment.Augmentation} | function.__globals__
    function.__annotations__ = {
        name: eval(hint, names) if isinstance(hint, str) else hint
        for name, hint in function.__annotations__.items()
    }
    return jaxtyping.jaxtyped(typechecker=beartype)(function)


@pytest.mark.parametrize("call", CALLS, ids=lambda call: call[0].__name__)
def test_shapes(call):
    function, arguments, *options = call
    out = checked(function)(*arguments, **(options[0] if options else {}))
    assert np.isfinite(out).all()


def test_a_wrong_shape_is_noticed():
    with pytest.raises(jaxtyping.TypeCheckError):
        checked(augment.adjust_hue)(IMAGES, AMOUNTS[:3])
