"""No secret of a notebook is anywhere in its store, whatever way it took there."""

from __future__ import annotations

import gzip
import io
import itertools
import shutil
import zlib

import duckdb
import pytest

from nbtrack.capture.objects.scan import scan
from nbtrack.journal import reader
from nbtrack.journal.folder import StoreFolder
from nbtrack.records.execution import Execution

LETTERS = "Qm7xT2vLw9Zr4KbN8cYd3HsF6gJp1VtXk5RaWzE0uDiSoCqBnMhGeyPfUj"
counter = itertools.count()


def made(prefix="", size=36, suffix=""):
    """A secret that was never anybody's: no two are alike, and no scanner finds one in here."""
    number = next(counter)
    turned = LETTERS[number % 50 :] + LETTERS[: number % 50]
    body = (f"{number:02d}" + turned + turned[::-1])[:size]
    return prefix + body + suffix


def hexadecimal(size):
    return (made(size=20).encode().hex() * 8)[:size]


WRITTEN = {
    "a variable": ("password = '{}'", made(size=9)),
    "a short password": ("db_password = '{}'", "hun" + "ter2"),
    "an attribute": (
        "class Login:\n    pass\nlogin = Login()\nlogin.api_key = '{}'",
        made(size=24),
    ),
    "an item of a dict": ("settings = {{'user': 'ada', 'passwd': '{}'}}", made(size=12)),
    "a nested dict": ("conf = {{'db': {{'auth': {{'client_secret': '{}'}}}}}}", made(size=15)),
    "an item that is set": ("conf = {{}}\nconf['access_key'] = '{}'", made(size=22)),
    "an environment variable": ("import os\nos.environ['SERVICE_TOKEN'] = '{}'", made(size=25)),
    "a keyword": ("dict(host='db', password='{}')", made(size=11)),
    "a default": ("def connect(user, password='{}'):\n    return user", made(size=13)),
    "a comment": ("# the password: {}\nx = 1", made(size=14)),
    "an f-string": ("name = 'ada'\nurl = f'postgresql://{{name}}:{}@db/prod'", made(size=16)),
    "a URL of a database": ("url = 'postgresql://ada:{}@db.example.com/prod'", made(size=17)),
    "a token of GitHub": ("pat = '{}'", made("gh" + "p_", 36)),
    "a key of OpenAI": ("it = '{}'", made("s" + "k-proj-", 40)),
    "a key of AWS": ("it = '{}'", "AK" + "IA" + "QZ7XW3VL9MR4KB2N"),
    "a token of Hugging Face": ("it = ['{}']", made("h" + "f_", 34)),
    "a token of Slack": ("it = '{}'", made("xo" + "xb-", 30)),
    "a token of GitLab": ("it = '{}'", made("glp" + "at-", 20)),
    "a key of Google": ("it = '{}'", made("AI" + "za", 35)),
    "a key of Stripe": ("it = '{}'", made("s" + "k_live_", 24)),
    "a token of npm": ("it = '{}'", made("np" + "m_", 36)),
    "a token of Databricks": ("it = '{}'", "dap" + "i" + hexadecimal(32)),
    "a token of Docker": ("it = '{}'", made("dckr" + "_pat_", 27)),
    "a JSON web token": ("it = '{}'", made("ey" + "J", 30) + "." + made(size=30) + "." + made()),
    "a header": ("headers = {{'Authorization': 'Bearer {}'}}", made(size=30)),
    "a private key": (
        "key = '''-----BEGIN PRIVATE " + "KEY-----\n{}\n-----END PRIVATE " + "KEY-----'''",
        made(size=60),
    ),
    "bytes": ("secret_key = b'{}'", made(size=26)),
    "a comparison": (
        "given = 'x'\npassword_is_right = given == 'y' or given == 'z'\napi_key = '{}'",
        made(size=27),
    ),
    "a walrus": ("if (api_token := '{}'):\n    pass", made(size=28)),
    "%env": ("%env WANDB_API_KEY={}", made(size=29)),
    "%set_env": ("%set_env MY_SECRET {}", made(size=31)),
    "a shell line": ("!echo --password {} > /dev/null", made(size=18)),
    "a shell line with a header": ("!true -H 'Authorization: Bearer {}'", made(size=32)),
    "a shell line with a login": ("!true curl -u ada:{} http://example.com", made(size=19)),
    "an assigned shell line": ("out = !echo postgresql://ada:{}@db/prod", made(size=20)),
    "%%bash": ("%%bash\nexport DB_PASSWORD={}\ntrue", made(size=21)),
    "an index of packages": (
        "!true pip install --index-url https://ada:{}@pypi.example.com/s x",
        made(size=23),
    ),
    "four letters": ("pin_password = '{}'", "xq" + "7w"),
    "code with an error of syntax": ("password = '{}'\nx = = 1", made(size=33)),
    "code with an error": ("api_key = '{}'\n1 / 0", made(size=34)),
    "the message of an error": ("raise ValueError('no such key: {}')", made("gh" + "o_", 36)),
    "the message of an error of a connection": (
        "raise ConnectionError('cannot reach postgresql://ada:{}@db/prod')",
        made(size=35),
    ),
    "the line of an error": ("len(1) or dict(password='{}')", made(size=8)),
}
"""Cells that hold a secret in their source."""

TRACKED = {
    "a param that is found": ("%%track\napi_key = '{}'\nlr = 0.1", made(size=37)),
    "a param that is named": ("%%track --params password\npassword = '{}'", made(size=38)),
    "a keyword that is found": (
        (
            "%%track\nclass Client:\n    def __init__(self, **given):\n        self.given = given\n"
            "client = Client(secret='{}')"
        ),
        made(size=39),
    ),
    "a number": ("%%track --params password\npassword = {}", "73" + "915286"),
    "a tag": ("%%track --tags api_token={}\nx = 1", made(size=40)),
    "a name of a run": ("%%track run-{}\nx = 1", made("gh" + "s_", 36)),
    "a name of an experiment": ("%%track --experiment exp-{}\nx = 1", made("gh" + "u_", 36)),
    "a description": ("%%track --description 'the password={} works'\nx = 1", made(size=41)),
    "what is printed": ("%%track --stdout\nprint('password: {}')", made(size=42)),
    "what is printed of a look": ("%%track --stdout\nprint('use', '{}')", made("gl" + "pat-", 21)),
    "a variable that is kept": (
        "%%track --keep conf\nconf = {{'user': 'ada', 'password': '{}'}}",
        made(size=43),
    ),
    "a text that is kept": ("%%track --keep text\ntext = 'token={} x'", made(size=44)),
    "a frame that is kept": (
        (
            "%%track --keep frame\nimport pandas\n"
            "frame = pandas.DataFrame({{'user': ['ada'], 'password': ['{}']}})"
        ),
        made(size=45),
    ),
    "log_param": ("%%track\nimport nbtrack\nnbtrack.log_param('hf_token', '{}')", made(size=46)),
    "log_params": ("%%track\nnbtrack.log_params({{'a': {{'secret': '{}'}}}})", made(size=47)),
    "set_tag": ("%%track\nnbtrack.set_tag('note', 'Bearer {}')", made(size=48)),
    "log_dict": (
        "%%track\nnbtrack.log_dict({{'db': {{'password': '{}'}}}}, 'conf.json')",
        made(size=49),
    ),
    "log_text": ("%%track\nnbtrack.log_text('api_key: {}', 'conf.txt')", made(size=50)),
    "log_table": (
        "%%track\nnbtrack.log_table({{'user': ['ada'], 'password': ['{}']}}, 'users.json')",
        made(size=51),
    ),
    "log_artifact's name": ("%%track\nnbtrack.log_text('x', 'out-{}.txt')", made("gh" + "r_", 36)),
    "start_run": ("with nbtrack.start_run(run_name='go {}'):\n    pass", made("gh" + "p_", 37)),
    "set_experiment": (
        (
            "nbtrack.set_experiment('exp {}')\nnbtrack.log_param('a', 1)\nnbtrack.end_run()\n"
            "nbtrack.set_experiment('Default')"
        ),
        made("gh" + "p_", 38),
    ),
    "an error of a tracked cell": (
        "%%track\npassword = '{}'\nraise ValueError(password)",
        made(size=52),
    ),
    "an error with a short secret": ("%%track\npassword = '{}'\nint(password)", "cor" + "gi7"),
    "the chain of an error": (
        (
            "%%track\ntry:\n    raise KeyError('{}')\nexcept KeyError as error:\n"
            "    raise ValueError('x') from error"
        ),
        made("gh" + "p_", 39),
    ),
    "a file's path": (
        "%%track\nopen('data-{0}.csv', 'w').write('a,b')\nopen('data-{0}.csv').read()",
        made("gh" + "p_", 40),
    ),
    "a figure's title": (
        "%%track\nfrom IPython.display import display\ndisplay('{}')",
        made("gh" + "p_", 41),
    ),
}
"""Cells of runs that meet a secret."""

OUTER = made(size=24)

CELLS = {
    **WRITTEN,
    **TRACKED,
    "a variable of the environment": (
        "import os\nit = os.environ['OUTER_SECRET']\n# the secret: {}",
        OUTER,
    ),
}

FAILING = {
    "code with an error of syntax": "SyntaxError",
    "code with an error": "ZeroDivisionError",
    "the message of an error": "ValueError",
    "the message of an error of a connection": "ConnectionError",
    "the line of an error": "TypeError",
    "an error of a tracked cell": "ValueError",
    "an error with a short secret": "ValueError",
    "the chain of an error": "ValueError",
}


def texts_of(folder: StoreFolder):
    """Everything in a store as bytes, by the place where it stands."""
    for path in sorted(folder.path.rglob("*")):
        yield f"the name {path.name}", str(path.relative_to(folder.path)).encode()
        if path.is_file():
            content = path.read_bytes()
            yield str(path.relative_to(folder.path)), content
            yield f"{path.name}, unpacked", unpacked(content)
    with duckdb.connect(str(folder.database), read_only=True) as connection:
        tables = connection.execute(
            "SELECT table_schema, table_name FROM information_schema.tables"
        ).fetchall()
        for schema, name in tables:
            rows = connection.execute(f'SELECT * FROM "{schema}"."{name}"').fetchall()
            yield f"the table {schema}.{name}", repr(rows).encode()


def unpacked(content: bytes) -> bytes:
    """What a compressed file holds; nothing where it is none."""
    if content[:4] == b"PAR1":
        import pyarrow.parquet

        return repr(pyarrow.parquet.read_table(io.BytesIO(content)).to_pydict()).encode()
    try:
        return gzip.decompress(content)
    except (OSError, EOFError, zlib.error):
        return b""


def secrets() -> dict[str, str]:
    return {name: secret for name, (_, secret) in CELLS.items()}


def found_in(folder: StoreFolder, wanted: dict[str, str]) -> list[str]:
    """Where secrets stand, in words."""
    return [
        f"{name} ({secret}) in {place}: …{around(text, secret.encode())}…"
        for place, text in texts_of(folder)
        for name, secret in wanted.items()
        if secret.encode() in text
    ]


def around(text: bytes, secret: bytes) -> str:
    start = text.find(secret)
    return text[max(start - 60, 0) : start + len(secret) + 20].decode(errors="replace")


@pytest.fixture(scope="module")
def used(start_kernel):
    """A notebook that was told every secret, cell by cell; what was shown of the runs."""
    kernel = start_kernel(OUTER_SECRET=OUTER)
    kernel.run("%track on")
    shown = {name: kernel.run(cell.format(secret)) for name, (cell, secret) in CELLS.items()}
    kernel.run("len(nbtrack.search_runs())")
    kernel.end()
    return kernel, shown


def test_the_cells_did_what_they_should(used):
    _, shown = used
    failed = {name: seen.error for name, seen in shown.items() if seen.error}
    assert failed == FAILING


def test_no_secret_is_in_the_store(used):
    kernel, _ = used
    found = found_in(kernel.folder, secrets())
    assert not found, "\n".join(found)


def test_what_is_no_secret_is_there(used):
    kernel, _ = used
    told = b"".join(text for _, text in texts_of(kernel.folder))
    for kept in (
        b"db.example.com/prod",
        b"class Login",
        b"cannot reach postgresql://",
        b"users.json",
    ):
        assert kept in told


def test_no_secret_is_on_a_card(used):
    _, shown = used
    cards = {
        name: str(it)
        for name, seen in shown.items()
        for it in seen.shown
        if "nbtrack" in it.get("text/html", "")
    }
    assert len(cards) >= 15
    assert {
        name: around(text.encode(), secrets()[name].encode())
        for name, text in cards.items()
        if secrets()[name] in text
    } == {}


def executions_of(folder: StoreFolder) -> list[Execution]:
    """The executions in a store, as the journal has them."""
    found = []
    for path in sorted(folder.journal.glob("*.jsonl")):
        found += reader.decode(path.read_bytes()).records
    return [it for it in found if type(it) is Execution]


PINS = {
    "pin_password = '4862'": "pin_password",
    "copied = pin_password": "copied",
    "login = {'user': 'ada', 'password': '4862'}": "login",
    "alias = login": "alias",
    "login['user'] = 'eve'": "login",
    "other = 'x'; api_key = '4862'; plain = '48' + '62'": "plain",
}


def test_a_pin_cannot_be_guessed_from_the_digests_of_what_holds_it(start_kernel):
    kernel = start_kernel()
    kernel.run("%track on")
    for cell in PINS:
        assert kernel.run(cell).error == ""
    kernel.run("lr = 0.1\nnumbers = [lr]")
    kernel.run("import nbtrack\nlen(pin_password), login, alias, numbers, nbtrack.search_runs()")
    kernel.end()
    guesses = {
        scan(it).digest
        for it in ("4862", {"user": "ada", "password": "4862"}, {"user": "eve", "password": "4862"})
    }
    digests = {"writes": {}, "reads": {}}
    for it in executions_of(kernel.folder):
        digests["writes"] |= it.writes or {}
        digests["reads"] |= it.reads or {}
    told = {*digests["writes"].values(), *digests["reads"].values()}
    assert {"4862", *guesses} & told == set()
    assert digests["writes"].keys() >= set(PINS.values())
    assert digests["reads"]["numbers"] == scan([0.1]).digest
    kept = b"".join(text for _, text in texts_of(kernel.folder))
    assert not [guess for guess in guesses if guess.encode() in kept]


def test_records_that_wait_elsewhere_hold_no_secret_either(start_kernel, tmp_path):
    kernel = start_kernel(XDG_STATE_HOME=str(tmp_path))
    kernel.run("%track on")
    kernel.run("x = 1")
    kernel.value("__import__('nbtrack.api.session').api.session.session().writer.close()")
    shutil.rmtree(kernel.folder.path)
    kernel.folder.path.write_text("in the way")
    secret = CELLS["a URL of a database"][1]
    kernel.run(f"password = '{secret}'\nprint(password)")
    kernel.run(f"raise ValueError('postgresql://ada:{secret}@db')")
    waiting = [it.read_bytes() for it in tmp_path.rglob("*.jsonl")]
    assert any(b"raise ValueError" in it for it in waiting)
    assert [it for it in waiting if secret.encode() in it] == []
