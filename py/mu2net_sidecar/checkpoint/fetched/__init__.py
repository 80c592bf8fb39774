"""Roots by name: found on Google's and Hugging Face's servers, and kept in the user's cache."""

from mu2net_sidecar.checkpoint.fetched._augreg import read_augreg_index
from mu2net_sidecar.checkpoint.fetched._fetch import fetch_root
from mu2net_sidecar.checkpoint.fetched._hugging_face import list_timm_roots
from mu2net_sidecar.checkpoint.fetched._name import RootName, parse_root_name
from mu2net_sidecar.checkpoint.fetched._shelf import FetchedRoot, find_fetched, list_fetched
from mu2net_sidecar.checkpoint.fetched._survey_file import survey_file

__all__ = [
    "FetchedRoot",
    "RootName",
    "fetch_root",
    "find_fetched",
    "list_fetched",
    "list_timm_roots",
    "parse_root_name",
    "read_augreg_index",
    "survey_file",
]
