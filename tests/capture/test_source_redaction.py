from __future__ import annotations

import ast
import os
import random
import re
import string
import subprocess
import sys

import pytest

from nbtrack.capture import redaction
from nbtrack.capture.redaction import redact, redact_text, redact_tree
from nbtrack.capture.source_redaction import known_variables, redact_source, variables_of

READ = re.compile(r'__import__\("os"\)\.environ\["(NBTRACK_SECRET_[0-9a-f]{8})"\]')
MARK = re.compile(r"\[redacted:[0-9a-f]{8}\]")

dice = random.Random(5)


def letters(count, alphabet=string.ascii_letters + string.digits):
    """Letters as a real secret has them; never written down here, so that no scanner trips."""
    return "".join(dice.choices(alphabet, k=count - 2)) + "a1"


HEX = "0123456789abcdef"
UPPER = string.ascii_uppercase + string.digits

BY_LOOK = {
    "AWS access key": "AK" + "IA" + "".join(dice.choices(UPPER, k=16)),
    "AWS temporary key": "AS" + "IA" + "".join(dice.choices(UPPER, k=16)),
    "GitHub token": "gh" + "p_" + letters(36),
    "GitHub app token": "gh" + "s_" + letters(36),
    "GitHub fine-grained token": "github" + "_pat_" + letters(59),
    "GitLab token": "gl" + "pat-" + letters(20),
    "OpenAI key": "sk" + "-proj-" + letters(48),
    "Anthropic key": "sk" + "-ant-api03-" + letters(60),
    "Stripe key": "sk" + "_live_" + letters(24),
    "Stripe restricted key": "rk" + "_test_" + letters(24),
    "Stripe webhook secret": "wh" + "sec_" + letters(32),
    "Hugging Face token": "hf" + "_" + letters(34),
    "Slack token": "xo" + "xb-" + letters(12, string.digits) + "-" + letters(24),
    "Slack app token": "xa" + "pp-1-" + letters(30),
    "Google API key": "AI" + "za" + letters(35),
    "Google OAuth token": "ya" + "29." + letters(40),
    "Databricks token": "da" + "pi" + letters(32, HEX),
    "npm token": "np" + "m_" + letters(36),
    "PyPI token": "py" + "pi-AgE" + letters(60),
    "SendGrid key": "S" + "G." + letters(22) + "." + letters(43),
    "DigitalOcean token": "do" + "p_v1_" + letters(64, HEX),
    "Docker token": "dc" + "kr_pat_" + letters(27),
    "Grafana token": "gl" + "sa_" + letters(41),
    "Vault token": "hv" + "s." + letters(32),
    "Shopify token": "sh" + "pat_" + letters(32, HEX),
    "Groq key": "gs" + "k_" + letters(52),
    "Replicate token": "r" + "8_" + letters(37),
    "NVIDIA key": "nv" + "api-" + letters(60),
    "xAI key": "xa" + "i-" + letters(80),
    "Perplexity key": "pp" + "lx-" + letters(48),
    "Atlassian token": "AT" + "ATT3" + letters(60),
    "Telegram bot token": letters(9, string.digits)[:7] + "42:" + "AA" + letters(33),
    "JWT": "ey" + "J" + letters(20) + "." + "ey" + "J" + letters(30) + "." + letters(43),
    "bearer header": "Bear" + "er " + letters(32),
    "basic header": "Bas" + "ic " + letters(24) + "==",
}

URLS = {
    "database URL": "postgresql://ada:{}@db.example:5432/runs",
    "proxy URL": "http://ada:{}@proxy.example:8080",
    "git URL with a token": "https://{}@git.example/a/b.git",
    "Slack webhook": "https://hooks.slack.com/services/T01AB/B02CD/{}",
    "Azure signed URL": "https://a.blob.core.windows.net/c/b?sv=2024-01-01&sig={}",
    "connection string": "Server=db;Uid=ada;Pwd={};",
    "storage account": "AccountName=a;AccountKey={};EndpointSuffix=core.windows.net",
    "URL parameter": "https://api.example/v1?api_key={}&page=2",
    "libpq parameters": "host=db user=ada password={} dbname=runs",
}

PRIVATE_KEY = (
    "-----BEGIN RSA PRIVATE KEY-----\n" + letters(64) + "\n-----END RSA PRI" + ("VATE KEY-----")
)

OPAQUE = letters(24)

SECRETS = BY_LOOK | {"private key": PRIVATE_KEY}

SURFACES = {
    "source": lambda secret: redact_source(f"client = connect({secret!r})\n"),
    "part of a string": lambda secret: redact_source(f"note = 'use ' + {'see ' + secret!r}"),
    "comment": lambda secret: redact_source(f"x = 1  # {secret.splitlines()[-1]} {secret!r}"),
    "shell line": lambda secret: redact_source(
        "!tool --with '" + secret.replace("\n", "\\n") + "'"
    ),
    "param": lambda secret: redact("note", secret),
    "document": lambda secret: str(redact_tree({"a": [f"see {secret}"]})),
    "output": lambda secret: redact_text(f"loaded with {secret}\nok"),
    "error": lambda secret: redact_text(f"ValueError: 401 for {secret!r}"),
}


@pytest.fixture(autouse=True)
def own_key():
    for cached in (redaction.hash_key, redaction.is_wanted):
        cached.cache_clear()
    redaction.known_secrets.clear()
    yield
    for cached in (redaction.hash_key, redaction.is_wanted):
        cached.cache_clear()
    redaction.known_secrets.clear()


def telling_part(secret):
    """The part of a secret that must not be seen anywhere."""
    return max(re.split(r"[\s:]", secret.replace("\\n", "\n")), key=len)


def value_of(source, name="value"):
    """What Python code leaves in a variable."""
    space = {}
    exec(compile(source, "cell", "exec"), space)
    return space[name]


@pytest.mark.parametrize("surface", SURFACES)
@pytest.mark.parametrize("kind", SECRETS)
def test_what_looks_like_a_secret_is_taken_out_everywhere(kind, surface):
    secret = SECRETS[kind]
    shown = SURFACES[surface](secret)
    assert telling_part(secret) not in shown
    assert MARK.search(shown) or variables_of(shown)


@pytest.mark.parametrize("surface", SURFACES)
@pytest.mark.parametrize("kind", URLS)
def test_the_secret_part_of_a_text_is_taken_out_and_the_rest_stays(kind, surface):
    url = URLS[kind].format(OPAQUE)
    shown = SURFACES[surface](url)
    assert OPAQUE not in shown
    before, _, after = URLS[kind].partition("{}")
    assert before.removesuffix("ada:").removesuffix("T01AB/B02CD/") in shown
    assert after in shown


NAMED = [
    "password = S; value = password",
    "db_password: str = S; value = db_password",
    "user, password = 'ada', S; value = password",
    "a = api_key = S; value = a",
    "class Config:\n    secret_key = S\nvalue = Config.secret_key",
    "if (passwd := S):\n    value = passwd",
    "value = dict(host='h', password=S)",
    "value = {'user': 'ada', 'api key': S}",
    "value = {'headers': {'X-Api-Key': S, 'Accept': 'text/plain'}}",
    "value = [('Authorization', S), ('Accept', 'text/plain')]",
    "value = ['tool', '--password', S, '--port', '5']",
    "value = {}\nvalue['hf_token'] = S",
    "value = {}\nvalue.setdefault('client_secret', S)",
    "import os\nvalue = os.getenv('NO_SUCH_TOKEN_' + 'X', '') or os.environ.get('NO_API_KEY', S)",
    "import os\napi_key = os.environ.get('NO_SUCH_NAME') or S\nvalue = api_key",
    "def connect(u, password=S, *, api_key=S):\n    return password + api_key\nvalue = connect(1)",
    "value = (lambda passphrase=S: passphrase)()",
    "password = 'x'\nvalue = password == S or S != password",
    "class P: pass\np = P()\nsetattr(p, 'password', S)\nvalue = p.password",
    "passwords = [S, S + '2']\nvalue = passwords",
    "password = S if True else 'no'\nvalue = password",
    "password = str(S).strip()\nvalue = password",
    "password = (\n    S  # the new one\n)\nvalue = password",
    "n = 5\npassword = f'{n:>3}' + S\nvalue = password",
    "def read(**given):\n    return given\nvalue = read(auth=('ada', S))",
    "def login(*given, **named):\n    return given, named\nvalue = login('ada', S), login(key=S)",
    "credentials = {'user': 'ada', 'password': S}\nvalue = credentials",
    "value = {}\nvalue['a'] = 'ä'; value['password'] = S; value['b'] = 'ö'",
    "def token():\n    access_token =S;return access_token\nvalue = token()",
]


@pytest.mark.parametrize("template", NAMED)
@pytest.mark.parametrize("secret", ["hunter2", 'it\'s "so"\n{odd} \\ ü', OPAQUE])
def test_code_without_its_secrets_runs_where_they_are_set(template, secret, monkeypatch):
    source = re.sub(r"\bS\b", lambda _: repr(secret), template)
    shown = redact_source(source)
    assert repr(secret) not in shown
    assert variables_of(shown)
    for name, value in known_variables(shown).items():
        monkeypatch.setenv(name, value)
    assert value_of(shown) == value_of(source)


@pytest.mark.parametrize(
    "source",
    [
        f"value = b'see {BY_LOOK['GitHub token']}'",
        "password = b'hunter2'\nvalue = password",
        "password = 'hun' 'ter2'\nvalue = password",
        "password = '''hun\nter2'''\nvalue = password",
        "password = r'hun\\ter2'\nvalue = password",
        "password = 12345678\nvalue = password",
        f"value = 'postgresql://ada:{OPAQUE}@db/x'.upper()",
        f"user, host = 'ada', 'db'\nvalue = f'postgresql://{{user}}:{OPAQUE}@{{host!s:>4}}/x'",
        f"n = 3\nsecret = f'{{n}}-{OPAQUE}-{{n + 1}}'\nvalue = secret",
        f"d = {{}}\nvalue = f\"{{d.get('password', '{OPAQUE}')}}!\"",
        f"value = [len('{BY_LOOK['AWS access key']}')for _ in'ab']",
        f"value = ('see {BY_LOOK['OpenAI key']}' '\\n{{}}').format(5)",
    ],
)
def test_literals_of_every_kind_give_their_value_again(source, monkeypatch):
    shown = redact_source(source)
    assert variables_of(shown)
    for name, value in known_variables(shown).items():
        monkeypatch.setenv(name, value)
    assert value_of(shown) == value_of(source)


@pytest.mark.parametrize(
    "source",
    [
        "max_tokens = 512\nmax_token = '512'",
        "tokenizer = 'bert-base-uncased'; pad_token = '<pad>'; eos_token = '</s>'",
        "model.generate(max_new_tokens=5, pad_token_id=0, stop_token='\\n')",
        "for token in ('the', 'a'):\n    if token == 'the': token = 'A'",
        "df.sort_values('a', key=lambda s: s.str.lower())\nprimary_key = 'id'",
        "api_key = os.environ['OPENAI_API_KEY']",
        "password = getpass.getpass('Password: ')",
        "token = userdata.get('HF_TOKEN')\nsecret = client.get_secret('name', version='7')",
        "url = f'postgresql://{user}:{password}@{host}/db'",
        "url = 'postgresql://{}:{}@{}/db'.format(user, password, host)",
        "headers = {'Authorization': f'Bearer {token}'}",
        "api_key = ''; password = None; use_password = True; secret = '***'",
        "api_key = 'YOUR_API_KEY'; password = '<password>'; token = 'your-token-here'",
        "password_file = 'a.txt'; token_url = 'https://a.example/token'; secret_name = 'prod'",
        "credentials = 'service-account.json'",
        "df['password_length'] = 8; password_column = 'pw'",
        "def f(password): return password\nf(password=password)",
        "x = 'https://example.org/a?page=2'",
        "!echo $TOKEN {api_key}",
        '%%bash\ncurl -H "Authorization: Bearer $TOKEN" https://a.example',
        "raise ValueError('no password given')",
        "print('password:', 'is missing')",
        "secret = not",
    ],
)
def test_what_is_no_secret_is_left(source):
    assert redact_source(source) == source


def test_the_rest_of_a_cell_keeps_its_layout():
    source = (
        "# ä first\nx  =  [1,2,\n  3]\n\n"
        f"client = connect( 'ada',password = '{OPAQUE}' ) # ok\n\ty='b'"
    ).replace("\ty", "y")
    shown = redact_source(source)
    assert READ.sub(f"'{OPAQUE}'", shown) == source


def test_equal_secrets_have_equal_names_and_others_differ():
    first, same, other = (redact_source(f"password = {it!r}") for it in ("one1", "one1", "two2"))
    assert first == same != other
    assert redact("password", "one1") == f"[redacted:{variables_of(first)[0][-8:]}]"


def test_what_nobody_evaluates_gets_a_mark():
    source = (
        "def f():\n"
        f'    """Use {BY_LOOK["GitHub token"]}."""\n'
        f"    # password = {OPAQUE}\n"
        "    return 1\n"
        f"'''old: api_key={OPAQUE}'''\n"
        "f()\n"
    )
    shown = redact_source(source)
    assert MARK.sub("*", shown) == (
        "def f():\n"
        '    """Use *."""\n'
        "    # password = *\n"
        "    return 1\n"
        "'''old: api_key=*'''\n"
        "f()\n"
    )


def test_a_pattern_cannot_read_a_variable_and_gets_a_mark():
    shown = redact_source(f"match x:\n    case '{BY_LOOK['GitHub token']}':\n        y = 1\n")
    assert MARK.sub("*", shown) == "match x:\n    case '*':\n        y = 1\n"
    assert ast.parse(shown)


def test_a_cell_that_does_not_parse_is_searched_as_a_text():
    shown = redact_source(f"connect(password='{OPAQUE}'\nfor api_key: \"{OPAQUE}")
    assert MARK.sub("*", shown) == "connect(password='*'\nfor api_key: \"*"


SHELL_LINES = [
    "%env API_KEY=S",
    "%set_env API_KEY S",
    "x = 5\n%env DB_PASSWORD=S\ny = !echo {x} S",
    "!export API_KEY=S && env",
    "!curl -H \"X-Api-Key: S\" -H 'Authorization: Bearer S' {url}",
    "!curl -u ada:S https://a.example",
    '!curl -d \'{"password": "S"}\' https://a.example',
    "!docker login -u ada -p S registry.example",
    "!mysql -u ada -pS runs",
    "!git clone https://ada:S@git.example/a.git \\\n  --depth 1",
    "!tool --api-key S --verbose",
    "!aws configure set aws_secret_access_key S",
    "found = !tool --token=S",
    "%sx tool --password S",
    "%sql postgresql://ada:S@db/runs",
    "%%sql postgresql://ada:S@db/runs\nselect 1",
    "%%bash\nexport API_KEY=S\ncurl -H 'X-Api-Key: S' x",
    "%%writefile .env\nAPI_KEY=S\n",
    "%%writefile config.yaml\ndb:\n  password: S\n",
    "%%writefile settings.py\nAPI_KEY = 'S'\n",
    "%%time\nconnect(password='S')",
    "%%capture out\n%time connect(password='S')",
    "%time connect(password='S')",
    "if True:\n    !export SECRET=S\n    connect?\n",
]


@pytest.mark.parametrize("line", SHELL_LINES)
def test_lines_that_are_no_python_lose_their_secrets(line):
    source = re.sub(r"(?<![A-Z])S(?![A-Z])|(?<=-p)S", OPAQUE, line)
    shown = redact_source(source)
    assert source.count(OPAQUE) > 0
    assert OPAQUE not in shown.replace(f"echo {{x}} {OPAQUE}", "")
    assert MARK.search(shown) or variables_of(shown)


SCRIPT = """\
import json, os, sys
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config
shell = InteractiveShell.instance(config=Config(HistoryManager={"enabled": False}))
for cell in json.loads(sys.argv[1]):
    done = shell.run_cell(cell)
    done.raise_error()
print("\\n" + json.dumps([str(it) for it in shell.user_ns["seen"]]))
"""

RUN_CELLS = [
    "import os\nseen = []",
    "%env API_KEY=S",
    "%set_env CLIENT_SECRET S",
    "seen += [os.environ['API_KEY'], os.environ['CLIENT_SECRET']]",
    "name = 'ada'\nfound = !export API_KEY=S; echo {name} $name 'password=S' \"api_key: S\"",
    "seen += found",
    'found = !echo \'{"password": "S"}\' $HOME',
    "seen += found",
    "%%bash --out said\nexport API_KEY=S\necho $API_KEY 'password=S x' \"secret_key=S\"",
    "seen.append(said)",
    "%%writefile made.py\nAPI_KEY = 'S'\n",
    "import made\nseen.append(made.API_KEY)",
    "%time seen.append(dict(password='S')['password'])",
]


def test_a_notebook_without_its_secrets_runs_the_same(monkeypatch):
    secret = letters(20)
    cells = [re.sub(r"(?<![A-Z])S(?![A-Z])", secret, it) for it in RUN_CELLS]
    shown = [redact_source(it) for it in cells]
    assert secret not in "".join(shown)
    for it in shown:
        for name, value in known_variables(it).items():
            monkeypatch.setenv(name, value)
    assert run_notebook(shown) == run_notebook(cells)
    assert sum(secret in it for it in run_notebook(shown)) == 7


def run_notebook(cells):
    """What cells put into the list `seen`, run by IPython in a process of its own."""
    import json

    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, json.dumps(cells)],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"PYTHONDONTWRITEBYTECODE": "1", "PYTHONPATH": "."},
    )
    assert done.returncode == 0, done.stderr + done.stdout
    return json.loads(done.stdout.splitlines()[-1])


def test_what_was_a_secret_of_the_source_is_taken_out_of_outputs_and_errors():
    redact_source(f"client = connect(password='{OPAQUE}')")
    shown = redact_text(f"ConnectionError: {OPAQUE} was not accepted")
    assert shown == f"ConnectionError: {redaction.mark(OPAQUE)} was not accepted"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("{'password': 'hunter2', 'port': 5}", "{'password': '*', 'port': 5}"),
        ('{"api_key": "abc", "n": 1}', '{"api_key": "*", "n": 1}'),
        ("---> 3 connect(password='hunter2')", "---> 3 connect(password='*')"),
        ("Config(api_key='abc', max_tokens=5)", "Config(api_key='*', max_tokens=5)"),
        ("GET /v1?access_token=ab12cd&page=2", "GET /v1?access_token=*&page=2"),
        ("AWS_SECRET_ACCESS_KEY=ab/cd+ef", "AWS_SECRET_ACCESS_KEY=*"),
        ("tool --password hunter2 --port 5", "tool --password * --port 5"),
        ("CREATE USER ada PASSWORD 'hunter2'", "CREATE USER ada PASSWORD '*'"),
        ("Authorization: Bearer abcdef", "Authorization: Bearer *"),
        ("token: 512, password: required", "token: 512, password: required"),
        ("login(password=password, token=read())", "login(password=password, token=read())"),
        ("KeyError: 'password'", "KeyError: 'password'"),
        ("ratio: 0.5, key: value, keys=[1, 2]", "ratio: 0.5, key: value, keys=[1, 2]"),
    ],
)
def test_what_a_text_gives_to_the_name_of_a_secret_is_taken_out(text, shown):
    assert MARK.sub("*", redact_text(text)) == shown


def test_redacted_source_stays_as_it_is():
    once = redact_source(f"password = '{OPAQUE}'\n# api_key = '{OPAQUE}'\n!tool --token {OPAQUE}")
    assert OPAQUE not in once
    assert redact_source(once) == once


def test_the_setting_switches_it_off(monkeypatch):
    monkeypatch.setenv("NBTRACK_REDACT", "no")
    assert redact_source("password = 'hunter2'") == "password = 'hunter2'"
