from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pandas as pd
import pytest

from nbtrack.errors import InvalidValue, ModelError

library = pytest.importorskip("openai")


class Service(BaseHTTPRequestHandler):
    """Speaks the API on this machine, and says back what it was asked."""

    def do_POST(self):
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.asked.append((self.path, asked, self.headers["Authorization"]))
        answer = json.dumps(self.answer(asked)).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def answer(self, asked):
        base = {"id": "1", "created": 1, "model": asked["model"]}
        if self.path.endswith("/embeddings"):
            data = [
                {"object": "embedding", "index": n, "embedding": [float(len(it)), 0.5]}
                for n, it in enumerate(asked["input"])
            ]
            usage = {"prompt_tokens": 1, "total_tokens": 1}
            return {"object": "list", "data": data, "model": asked["model"], "usage": usage}
        if self.path.endswith("/chat/completions"):
            message = {"role": "assistant", "content": asked["messages"][-1]["content"].upper()}
            choices = [{"index": 0, "finish_reason": "stop", "message": message}]
            return {**base, "object": "chat.completion", "choices": choices}
        choices = [
            {"index": n, "finish_reason": "stop", "text": it.upper()}
            for n, it in enumerate(asked["prompt"])
        ]
        return {**base, "object": "text_completion", "choices": choices}

    def log_message(self, *_):
        pass


@pytest.fixture
def service(monkeypatch):
    server = ThreadingHTTPServer(("127.0.0.1", 0), Service)
    server.asked = []
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    monkeypatch.setenv("OPENAI_BASE_URL", f"http://127.0.0.1:{server.server_port}/v1")
    monkeypatch.setenv("OPENAI_API_KEY", "not-a-key")
    monkeypatch.delenv("OPENAI_API_TYPE", raising=False)
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


TEXTS = pd.DataFrame({"text": ["one", "three"]})


def test_a_chat_is_asked_once_for_each_row(keep, service):
    messages = [{"role": "system", "content": "be short"}]
    kept = keep("openai", "small", task="chat.completions", messages=messages, temperature=0.1)
    assert kept.is_safe
    assert kept.predict(TEXTS) == ["ONE", "THREE"]
    first = {"model": "small", "temperature": 0.1, "messages": [*messages, user("one")]}
    assert service.asked[0] == ("/v1/chat/completions", first, "Bearer not-a-key")


def user(text):
    return {"role": "user", "content": text}


def test_places_in_messages_are_filled_from_columns(keep, service):
    messages = [user("{a} and {b}")]
    kept = keep("openai", "small", task=library.chat.completions, messages=messages)
    assert kept.predict(pd.DataFrame({"a": ["x"], "b": ["y"]})) == ["X AND Y"]
    with pytest.raises(ModelError, match="the row lacks 'b'; the prompt needs a, b"):
        kept.predict(pd.DataFrame({"a": ["x"]}))


def test_params_go_before_what_was_logged(keep, service):
    kept = keep("openai", "small", task="chat.completions", temperature=0.1)
    kept.predict(["hi"], {"temperature": 0.9, "max_retries": 0, "timeout": 5})
    assert service.asked[0][1] == {"model": "small", "temperature": 0.9, "messages": [user("hi")]}


def test_prompts_are_asked_in_one_call(keep, service):
    kept = keep("openai", "small", task="completions", prompt="say {text}")
    assert kept.predict(TEXTS) == ["SAY ONE", "SAY THREE"]
    assert len(service.asked) == 1


def test_texts_become_vectors(keep, service):
    kept = keep("openai", "small", task="embeddings", encoding_format="float")
    assert kept.predict(TEXTS) == [[3.0, 0.5], [5.0, 0.5]]


def test_no_key_is_written(keep, service):
    kept = keep("openai", "small", task="chat.completions")
    assert (kept.folder / "model.yaml").read_text() == "model: small\ntask: chat.completions\n"
    written = [it.read_bytes() for it in kept.folder.rglob("*") if it.is_file()]
    assert not any(b"not-a-key" in it for it in written)


def test_a_place_that_reaches_into_its_value_is_refused(keep):
    with pytest.raises(InvalidValue, match=r"a place is a name alone"):
        keep("openai", "small", task="completions", prompt="{text.__class__}")
    with pytest.raises(InvalidValue, match="cannot be filled"):
        keep("openai", "small", task="completions", prompt="{text")


def test_what_the_api_would_not_take_is_refused(keep):
    with pytest.raises(InvalidValue, match=r"did you mean 'chat\.completions'"):
        keep("openai", "small", task="chat.completion")
    with pytest.raises(InvalidValue, match="role and content"):
        keep("openai", "small", task="chat.completions", messages=[{"text": "hi"}])
    with pytest.raises(InvalidValue, match="the name of a model"):
        keep("openai", 4, task="chat.completions")


def test_other_tasks_are_kept_and_not_asked(keep):
    kept = keep("openai", "small", task="moderations")
    assert "python_function" not in kept.flavors
    assert kept.native() == {"model": "small", "task": "moderations"}


def test_a_row_without_a_text_is_refused(keep, service):
    with pytest.raises(ModelError, match="has none"):
        keep("openai", "small", task="embeddings").predict(pd.DataFrame({"n": [1]}))


def test_a_file_that_says_nothing_is_refused(keep):
    kept = keep("openai", "small", task="embeddings")
    (kept.folder / "model.yaml").write_text("- 1")
    with pytest.raises(ModelError, match="does not say which model is asked"):
        kept.native()
