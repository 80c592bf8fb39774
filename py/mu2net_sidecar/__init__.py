"""The JAX sidecar of mu2net: trains and evaluates paths of a multitask ViT system."""
