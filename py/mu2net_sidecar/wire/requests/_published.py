# Generated from protocol/requests/published.ts by `npm run generate`; edit that instead.
"""Systems that the papers' notebooks saved."""

from __future__ import annotations

from mu2net_sidecar.wire._value import Value
from mu2net_sidecar.wire.values import ComponentName, Digest, Positive, StoreUrl, Text


class PublishedRequest(Value, frozen=True, tag_field="kind", tag="published"):
    """Stores the components of a system that the papers' notebooks saved, and reads its tables.

    Attributes:
        directory: Folder of a system; of mu2Net.ipynb also one of its states.
        agent: Agent whose part to read; None: the whole system, or the names of its agents.
    """

    store: StoreUrl
    directory: Text
    agent: Text | None


class PublishedState(Value, frozen=True):
    """A state that a notebook saved, as its tables.

    Attributes:
        config: File of the configuration.
        agent: Agent that saved it; None: the notebook has no agents.
        living: Living paths; with agents, those of this agent.
        sampled: All paths ever sampled; with agents, those of this agent's cycle.
    """

    config: Text
    agent: Text | None
    living: list[dict[str, str]]
    sampled: list[dict[str, str]]


class PublishedComponent(Value, frozen=True):
    """A stored component of a published system.

    Attributes:
        parameter_count: Number of scalar parameters.
        trace_digest: Momentum trace; None: there is none.
        id: Id in the states.
    """

    name: ComponentName
    parameter_count: Positive
    params_digest: Digest
    trace_digest: Digest | None
    id: Text


class PublishedResult(Value, frozen=True, tag_field="kind", tag="published"):
    """A published system, or its agents.

    Attributes:
        agents: Agents to ask for one by one; empty: this result is complete.
        states: The latest state, or with an agent, those of the agent's cycles in order.
        names: Names of components by id, living or not, as far as the tables have them.
        components: Components of living paths.
    """

    agents: list[Text]
    states: list[PublishedState]
    names: dict[str, ComponentName]
    components: list[PublishedComponent]
