import subprocess
import sys

from pauta import registry


def test_every_declared_type_is_found_where_its_name_says():
    for name, module in registry.declared().items():
        cls = registry.find(name)
        assert cls is not None, name
        assert cls.__module__ == module


def test_an_unknown_type_is_not_found():
    assert registry.find("io.kestra.plugin.core.log.Nothing") is None
    assert registry.find("os.path") is None
    assert registry.find("") is None
    assert registry.find("io.kestra.plugin...Log") is None


def test_finding_one_plugin_imports_no_other():
    script = (
        "import sys; from pauta import registry; registry.find('io.kestra.plugin.core.log.Log');"
        "print([m for m in sys.modules if m.startswith('pauta.plugins.') and m.count('.') > 3])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "['pauta.plugins.core.log.log']"
