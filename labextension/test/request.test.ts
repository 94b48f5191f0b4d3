import { ServerConnection } from '@jupyterlab/services';
import { describe, expect, it } from 'vitest';

import { isGivenUp, queryString, RequestError, Requests, words } from '../src/request';

type Answer = () => Promise<Response>;

/** Requests that are answered as told; what was asked is noted. */
function asking(answer: Answer): { requests: Requests; asked: Request[] } {
  const asked: Request[] = [];
  const fetch = async (input: RequestInfo | URL, init?: RequestInit): Promise<Response> => {
    asked.push(input instanceof Request ? input : new Request(input, init));
    return answer();
  };
  const settings = ServerConnection.makeSettings({
    baseUrl: 'http://lab.test/user/ada/',
    fetch,
    Request
  });
  return { requests: new Requests(settings, () => 'store 1'), asked };
}

function json(body: unknown, status = 200): Answer {
  return async () => new Response(JSON.stringify(body), { status });
}

async function problemOf(promise: Promise<unknown>): Promise<RequestError> {
  return promise.then(
    () => Promise.reject(new Error('was answered')),
    error => error as RequestError
  );
}

describe('a request', () => {
  it('goes below the base of the server and names the store', async () => {
    const { requests, asked } = asking(json({ models: [] }));
    expect(await requests.get('models')).toEqual({ models: [] });
    const address = 'http://lab.test/user/ada/nbtrack/api/models?store=store%201';
    expect(asked[0]?.url.startsWith(address)).toBe(true);
  });

  it('writes names of any kind into its path', () => {
    const { requests } = asking(json({}));
    expect(requests.url('models/a b#c', { path: 'x/y&z' })).toBe(
      'http://lab.test/user/ada/nbtrack/api/models/a%20b%23c?store=store%201&path=x%2Fy%26z'
    );
  });

  it('carries a wish as JSON', async () => {
    const { requests, asked } = asking(json({}));
    await requests.patch('runs/1', { run_name: 'ä' });
    expect(asked[0]?.method).toBe('PATCH');
    expect(await asked[0]?.json()).toEqual({ run_name: 'ä' });
  });

  it('takes a store that is busy for no server that is gone', async () => {
    const busy = { error_code: 'TEMPORARILY_UNAVAILABLE', message: 'held', position: null };
    const { requests } = asking(json(busy, 503));
    await problemOf(requests.get('runs'));
    expect(requests.isOnline).toBe(true);
    const { requests: lost } = asking(async () => new Response('gateway', { status: 503 }));
    await problemOf(lost.get('runs'));
    expect(lost.isOnline).toBe(false);
  });

  it('fails with the problem that the server tells', async () => {
    const problem = { error_code: 'FILTER', message: 'no such field', position: 3 };
    const error = await problemOf(asking(json(problem, 400)).requests.get('runs'));
    expect([error.status, error.problem, words(error)]).toEqual([400, problem, 'no such field']);
  });

  it('fails with its status where the server tells nothing', async () => {
    const { requests } = asking(
      async () => new Response('<html>', { status: 500, statusText: 'Oh' })
    );
    const error = await problemOf(requests.get('runs'));
    expect(error.problem).toEqual({ error_code: '500', message: '500 Oh', position: null });
  });

  it('tells when no server is there, and when it is back', async () => {
    let answer: Answer = async () => Promise.reject(new TypeError('refused'));
    const { requests } = asking(() => answer());
    const told: boolean[] = [];
    requests.onlineChanged.connect((_, isOnline) => told.push(isOnline));
    const error = await problemOf(requests.get('runs'));
    expect([error.status, error.problem.error_code]).toEqual([0, 'OFFLINE']);
    expect(error.message).toBe('The Jupyter server does not answer.');
    await problemOf(requests.get('runs'));
    answer = json({});
    await requests.get('runs');
    expect(told).toEqual([false, true]);
  });

  it('that was given up is no sign of a server that is gone', async () => {
    const given = new AbortController();
    const { requests } = asking(async () => {
      given.abort();
      throw new DOMException('aborted', 'AbortError');
    });
    const error = await problemOf(requests.get('runs', {}, given.signal));
    expect(isGivenUp(error)).toBe(true);
    expect(requests.isOnline).toBe(true);
  });
});

describe('a query', () => {
  it('leaves out what is not said', () => {
    expect(queryString({ a: null, b: undefined, c: 0, d: false, e: '' })).toBe('?c=0&d=false&e=');
    expect(queryString({})).toBe('');
  });
});
