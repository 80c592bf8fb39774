from mu2net_sidecar.engine.programs import Role, roles_of


def test_frozen_prefix_runs_forward_only():
    assert roles_of([False, False, True, False, True]) == [
        Role.FORWARD,
        Role.FORWARD,
        Role.DW,
        Role.DX,
        Role.DXDW,
    ]


def test_nothing_to_train():
    assert roles_of([False, False]) == [Role.FORWARD, Role.FORWARD]
