import pytest

from pauta.outgoing.addresses import Rules


@pytest.mark.parametrize("private", [True, False])
@pytest.mark.parametrize(
    "address",
    [
        "169.254.169.254",
        "169.254.0.1",
        "fe80::1",
        "fe80::1%eth0",
        "::ffff:169.254.169.254",
        "::169.254.169.254",
        "64:ff9b::a9fe:a9fe",
        "2002:a9fe:a9fe::1",
        "100.100.100.200",
        "168.63.129.16",
        "fd00:ec2::254",
        "224.0.0.1",
        "255.255.255.255",
        "240.0.0.1",
        "ff02::1",
    ],
)
def test_some_addresses_are_never_allowed(address: str, *, private: bool):
    assert Rules(private=private).refusal(address)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.0.0.1",
        "172.16.0.1",
        "192.168.1.1",
        "::1",
        "fd12::1",
        "0.0.0.0",
        "::",
        "::ffff:10.0.0.1",
        "100.64.0.1",
    ],
)
def test_private_networks_are_a_choice(address: str):
    assert Rules().refusal(address) is None
    assert Rules(private=False).refusal(address) == "this installation does not allow private networks"


@pytest.mark.parametrize("address", ["1.1.1.1", "93.184.215.14", "2606:4700:4700::1111"])
def test_public_addresses_are_allowed(address: str):
    assert Rules(private=False).refusal(address) is None
