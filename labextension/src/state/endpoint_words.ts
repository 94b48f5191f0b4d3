/**
 * What endpoints are called and how their figures read.
 */
import type { TranslationBundle } from '@jupyterlab/translation';

import type { EndpointItem, LoadItem, ServedItem } from '../records';

/** The state of an endpoint as people say it. */
export function stateName(status: EndpointItem['status'], trans: TranslationBundle): string {
  return {
    STARTING: trans.__('starting'),
    HEALTHY: trans.__('healthy'),
    UNHEALTHY: trans.__('unhealthy'),
    RESTARTING: trans.__('restarting'),
    STOPPING: trans.__('stopping'),
    STOPPED: trans.__('stopped'),
    FAILED: trans.__('failed')
  }[status];
}

/** Whether a process stands behind it. */
export function isLive({ status }: Pick<EndpointItem, 'status'>): boolean {
  return status !== 'STOPPED' && status !== 'FAILED';
}

/** Whether it is on its way to another state, which comes by itself. */
export function isChanging({ status }: Pick<EndpointItem, 'status'>): boolean {
  return status === 'STARTING' || status === 'STOPPING' || status === 'RESTARTING';
}

/** The alias that an address names: `models:/churn@champion` has champion. */
export function aliasOf(model_uri: string): string | null {
  return /^models:\/[^/]+@(.+)$/.exec(model_uri)?.[1] ?? null;
}

/** Which model it is, in a few words: `churn version 3 @champion`. */
export function servedName(served: ServedItem, trans: TranslationBundle): string {
  const { model_name, version, model_uri } = served;
  if (model_name === null || version === null) {
    return model_uri;
  }
  const alias = aliasOf(model_uri);
  const name = trans.__('%1 version %2', model_name, version);
  return alias === null ? name : `${name} @${alias}`;
}

/** A share as people say it: `12.5 %`. */
export function percent(share: number): string {
  return `${Number((share * 100).toFixed(2))} %`;
}

/** A latency; nothing if there is none. */
export function milliseconds(value: number | null): string {
  if (value === null || !Number.isFinite(value)) {
    return '–';
  }
  return value < 1000 ? `${Number(value.toPrecision(3))} ms` : `${(value / 1000).toFixed(1)} s`;
}

/** How many there are in a second; small figures keep a digit. */
export function rate(value: number): string {
  return value >= 100 ? String(Math.round(value)) : String(Number(value.toPrecision(2)));
}

/** The part of the requests that failed. */
export function failing(item: Pick<EndpointItem, 'requests' | 'errors'>): number {
  return item.requests > 0 ? item.errors / item.requests : 0;
}

/** The endpoints that hold every word of a filter in their names or models. */
export function endpointsWhere(items: readonly EndpointItem[], filter: string): EndpointItem[] {
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  return items.filter(it => {
    const told = [it.name, it.url, it.status, ...it.variants.map(one => one.model_uri)];
    const text = told.join('\n').toLowerCase();
    return words.every(word => text.includes(word));
  });
}

/** Seconds in which nothing was asked have no latency: a gap, not a zero. */
export function latencies(load: LoadItem, values: readonly number[]): number[] {
  return values.map((value, place) => ((load.requests[place] ?? 0) > 0 ? value : NaN));
}
