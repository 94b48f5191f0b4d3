// Made from nbtrack/rest/shapes/ by `make codegen`; changes belong there.

/**
 * Why a request was not answered; `position` is where in a filter it went wrong.
 */
export interface Problem {
  error_code: string;
  message: string;
  position: number | null;
}

/**
 * The event that says something in a store changed.
 *
 * `run_ids` names the runs; empty with `runs` set means more than can be named.
 */
export interface Change {
  store_id: string;
  seq: number;
  runs: boolean;
  run_ids: string[];
  models: boolean;
}

/**
 * A store that can be looked at; `is_missing` if nothing was tracked there yet.
 */
export interface StoreItem {
  store_id: string;
  name: string;
  path: string;
  is_read_only: boolean;
  is_missing: boolean;
  problem: string | null;
}

/**
 * The stores there are; `current` is the one of the notebook asked for.
 */
export interface StoresReply {
  stores: StoreItem[];
  current: string | null;
}

/**
 * What a filter may ask for: `metrics.acc`, `status`.
 */
export interface FieldItem {
  name: string;
  kind: 'number' | 'text' | 'time';
  doc: string;
}

/**
 * A word between a field and a value.
 */
export interface OperatorItem {
  symbol: string;
  kinds: string[];
  doc: string;
}

/**
 * The words of the filter language.
 */
export interface FieldsReply {
  fields: FieldItem[];
  operators: OperatorItem[];
  words: string[];
}

/**
 * An experiment and how many runs it has; `description` is no longer among its tags.
 */
export interface ExperimentItem {
  experiment_id: string;
  name: string;
  run_count: number;
  last_update_time: number | null;
  lifecycle_stage: string;
  description: string;
  tags: Record<string, string>;
}

/**
 * The experiments of a store, the last changed first.
 */
export interface ExperimentsReply {
  experiments: ExperimentItem[];
}

/**
 * An experiment gets a name.
 */
export interface ExperimentWish {
  name: string;
}

/**
 * Some experiments are to be deleted or restored.
 */
export interface ExperimentsWish {
  experiment_ids: string[];
}

/**
 * The experiment that was made.
 */
export interface MadeReply {
  experiment_id: string;
}

/**
 * Which runs, in which order; of all experiments if none is named.
 *
 * Without `columns` (null) the rows have the first metric that there is.
 */
export interface RunsQuestion {
  experiment_ids?: string[] | null;
  notebook?: string | null;
  cell_id?: string | null;
  run_ids?: string[] | null;
  filter?: string;
  order_by?: string[];
  columns?: string[] | null;
  view?: 'ACTIVE_ONLY' | 'ALL' | 'DELETED_ONLY';
  limit?: number;
  offset?: number;
}

/**
 * A run as a row: `values` has the columns asked for, `curve` points of the first metric.
 *
 * `child_count` is told where runs are grouped by their parents.
 */
export interface RunRow {
  run_id: string;
  run_name: string;
  status: string;
  experiment_id: string;
  start_time: number | null;
  end_time: number | null;
  user_id: string | null;
  number: number | null;
  cell_id: string | null;
  notebook: string | null;
  parent_run_id: string | null;
  lifecycle_stage: string;
  values: Record<string, number | string | null>;
  curve: number[];
  child_count: number;
}

/**
 * A page of runs, how many there are in all, and the columns that they could show.
 *
 * `shown` are the columns that the rows have.
 */
export interface RunsReply {
  runs: RunRow[];
  total: number;
  seq: number;
  columns: string[];
  shown: string[];
}

/**
 * Runs in groups by `cell`, `parent` or a column; limit and offset count groups.
 */
export interface GroupsQuestion {
  runs: RunsQuestion;
  by: string;
}

/**
 * The runs of a group; limit and offset count runs.
 */
export interface MembersQuestion {
  runs: RunsQuestion;
  by: string;
  key: string;
}

/**
 * A metric over the runs of a group that have it.
 */
export interface Spread {
  best: number;
  mean: number;
  count: number;
}

/**
 * A group: how many runs, its newest one, and the metrics among the columns.
 *
 * `value` is what its runs have in common, null where they have none; by parent `run` is the
 * parent itself, which may have nobody below it.
 */
export interface GroupItem {
  key: string;
  size: number;
  value: string | null;
  notebook: string | null;
  last_run_id: string | null;
  last_time: number | null;
  values: Record<string, Spread>;
  run: RunRow | null;
}

/**
 * A page of groups, how many there are, and how many runs; the rest as for rows.
 */
export interface GroupsReply {
  groups: GroupItem[];
  group_count: number;
  total: number;
  seq: number;
  columns: string[];
  shown: string[];
}

/**
 * A metric of a run: its last value, and what it was in between.
 */
export interface MetricItem {
  key: string;
  value: number | string;
  step: number;
  count: number;
  min: number | string | null;
  max: number | string | null;
}

/**
 * Data that a run used: `source` is its file or address, `columns` the type of each column.
 */
export interface DatasetItem {
  name: string;
  digest: string;
  source_type: string;
  context: string;
  shape: string;
  source: string;
  columns: Record<string, string>;
}

/**
 * A model that a run made, and where it is registered (`name/version`).
 */
export interface LoggedModelItem {
  model_id: string;
  name: string;
  status: string;
  flavor: string;
  registrations: string[];
  signature: string;
}

/**
 * A cell that was executed.
 */
export interface ExecutionItem {
  execution_id: string;
  source: string;
  number: number | null;
  cell_id: string | null;
  notebook: string | null;
  status: string;
  start_time: number | null;
}

/**
 * All of a run that its page shows.
 */
export interface RunReply {
  run: RunRow;
  artifact_uri: string;
  params: Record<string, string>;
  metrics: MetricItem[];
  tags: Record<string, string>;
  datasets: DatasetItem[];
  models: LoggedModelItem[];
  cell: ExecutionItem | null;
  experiment_name: string;
  description: string;
  git_commit: string | null;
  environment: Record<string, string>;
  children: RunRow[];
  conflicts: string[];
  error: string;
}

/**
 * Some runs without their models, environment and children; runs that are gone are left out.
 */
export interface SeveralReply {
  runs: RunReply[];
}

/**
 * Points of metrics of some runs, thinned to `points` a curve by minimum and maximum.
 */
export interface CurvesQuestion {
  run_ids: string[];
  keys: string[];
  points?: number;
}

/**
 * A metric of a run over steps; NaN and infinities are texts.
 */
export interface Curve {
  run_id: string;
  key: string;
  steps: number[];
  timestamps: number[];
  values: (number | string)[];
}

/**
 * The curves asked for; a run without the metric has none.
 */
export interface CurvesReply {
  curves: Curve[];
}

/**
 * A file or folder of a run, by its path from the run's root.
 */
export interface ArtifactItem {
  path: string;
  is_dir: boolean;
  file_size: number | null;
  media_type: string;
}

/**
 * What is in a folder of a run.
 */
export interface ArtifactsReply {
  root_uri: string;
  files: ArtifactItem[];
}

/**
 * A picture of a run: runs share its name; it has a step where it is one of a series.
 */
export interface ImageItem {
  run_id: string;
  path: string;
  name: string;
  step: number | null;
}

/**
 * Pictures of some runs; `is_cut` if there are more.
 */
export interface ImagesReply {
  images: ImageItem[];
  is_cut: boolean;
}

/**
 * Some runs are to be deleted or restored.
 */
export interface RunsWish {
  run_ids: string[];
}

/**
 * A run gets another name.
 */
export interface RenameWish {
  run_name: string;
}

/**
 * A tag is set; taken away if the value is null.
 */
export interface TagWish {
  key: string;
  value?: string | null;
}

/**
 * An execution behind a result.
 */
export interface LineageNode {
  execution_id: string;
  source: string;
  number: number | null;
  cell_id: string | null;
  is_target: boolean;
}

/**
 * What one execution took from another.
 */
export interface LineageEdge {
  before: string;
  after: string;
}

/**
 * The minimal executions behind a run, and the script that they make.
 */
export interface LineageReply {
  target: string;
  nodes: LineageNode[];
  edges: LineageEdge[];
  code: string;
  exact: boolean;
  doubts: string[];
  stale: string[];
  missing: string[];
}

/**
 * One difference between two runs; the first of role `cause` explains the rest best.
 */
export interface FindingItem {
  kind: string;
  title: string;
  role: string;
  before: string;
  after: string;
  where: string;
}

/**
 * A metric that is another one now.
 */
export interface EffectItem {
  key: string;
  before: number | string | null;
  after: number | string | null;
}

/**
 * A line of code: of both, taken away or added.
 */
export interface CodeLine {
  sign: ' ' | '+' | '-';
  text: string;
}

/**
 * The code of a cell in two runs; `title` says which cell.
 */
export interface CodePart {
  title: string;
  lines: CodeLine[];
  differs: boolean;
}

/**
 * Two runs compared, the cause first.
 */
export interface DiffReply {
  before: string;
  after: string;
  headline: string;
  findings: FindingItem[];
  effects: EffectItem[];
  same: string[];
  code: CodePart[];
}

/**
 * A registered model.
 */
export interface ModelItem {
  name: string;
  description: string;
  aliases: Record<string, string>;
  version_count: number;
  latest_version: string | null;
  last_updated_timestamp: number | null;
  tags: Record<string, string>;
}

/**
 * The registered models of a store.
 */
export interface ModelsReply {
  models: ModelItem[];
}

/**
 * A version of a registered model, with the run and the cell that made it.
 */
export interface VersionItem {
  version: string;
  aliases: string[];
  current_stage: string;
  status: string;
  creation_timestamp: number | null;
  description: string;
  tags: Record<string, string>;
  run_id: string | null;
  run_name: string;
  model_id: string | null;
  source: string;
  user_id: string | null;
  metrics: Record<string, number | string>;
  params: Record<string, string>;
  cell: ExecutionItem | null;
}

/**
 * An alias or stage that went from one version to another.
 */
export interface MoveItem {
  place: string;
  time: number;
  before: string | null;
  after: string | null;
  actor: string;
  note: string;
  is_rollback: boolean;
}

/**
 * A registered model with its versions, the newest first, and where its aliases went.
 */
export interface ModelReply {
  model: ModelItem;
  versions: VersionItem[];
  moves: MoveItem[];
}

/**
 * A column, tensor or param of a model; only params have a default.
 */
export interface SpecItem {
  name: string;
  type: string;
  is_required: boolean;
  default: string | null;
}

/**
 * What a version of a model takes and gives; empty where it was logged without.
 */
export interface SignatureReply {
  flavor: string;
  inputs: SpecItem[];
  outputs: SpecItem[];
  params: SpecItem[];
}

/**
 * A version is to take a place; gates are written as in `%promote`: `accuracy > 0.9`.
 */
export interface PromotionWish {
  version: string;
  to?: string;
  gates?: string[];
  note?: string;
  force?: boolean;
  dry_run?: boolean;
}

/**
 * What one gate said.
 */
export interface GateItem {
  name: string;
  status: 'error' | 'failed' | 'passed' | 'skipped';
  message: string;
}

/**
 * What came of a promotion or a rollback: the gates' report, and whether the place moved.
 */
export interface PromotionReply {
  name: string;
  version: string;
  to: string;
  is_moved: boolean;
  headline: string;
  gates: GateItem[];
  previous: string | null;
}

/**
 * A place goes back to the version that had it before.
 */
export interface RollbackWish {
  alias?: string;
  to_version?: string | null;
  note?: string;
}

/**
 * An alias is set on a version; taken away if the version is null.
 */
export interface AliasWish {
  alias: string;
  version?: string | null;
}

/**
 * A version goes to a stage.
 */
export interface StageWish {
  version: string;
  stage: string;
  archive_existing_versions?: boolean;
}

/**
 * A model's description, or that of one of its versions.
 */
export interface DescriptionWish {
  description: string;
  version?: string | null;
}

/**
 * A model that a run made becomes a version of a registered one.
 */
export interface RegisterWish {
  model_id: string;
  name: string;
}

/**
 * The version that was made.
 */
export interface RegisteredReply {
  name: string;
  version: string;
}

/**
 * Which cells, by their ids.
 */
export interface CellsQuestion {
  cell_ids: string[];
}

/**
 * The newest run of a cell, and one metric of it beside the run before.
 */
export interface CellItem {
  cell_id: string;
  run_id: string;
  run_name: string;
  status: string;
  run_count: number;
  metric: string | null;
  value: number | string | null;
  previous: number | string | null;
  is_better: boolean | null;
}

/**
 * The cells that have runs; the others are left out.
 */
export interface CellsReply {
  cells: CellItem[];
}

/**
 * A model behind an endpoint: its part of the traffic, from 0 to 1, and what it has done.
 */
export interface ServedItem {
  name: string;
  model_uri: string;
  model_name: string | null;
  version: string | null;
  run_id: string | null;
  share: number;
  is_shadow: boolean;
  is_stopped: boolean;
  requests: number;
  rows: number;
  errors: number;
  mean_ms: number | null;
  rewards: number;
  mean_reward: number | null;
}

/**
 * An endpoint as it is listed; `recent` are the requests of each of the last seconds.
 *
 * `earlier` are versions that variants served before, with what they have done.
 */
export interface EndpointItem {
  name: string;
  endpoint_id: string;
  url: string;
  status: 'FAILED' | 'HEALTHY' | 'RESTARTING' | 'STARTING' | 'STOPPED' | 'STOPPING' | 'UNHEALTHY';
  number: number;
  mode: 'bandit' | 'canary' | 'single' | 'split';
  variants: ServedItem[];
  earlier: ServedItem[];
  reason: string;
  since: number | null;
  pid: number | null;
  behind: string;
  is_loading: boolean;
  workers: number;
  restarts: number;
  requests: number;
  errors: number;
  in_flight: number;
  logged: number;
  cached: number;
  per_second: number;
  p50_ms: number | null;
  p95_ms: number | null;
  p99_ms: number | null;
  recent: number[];
  follow: boolean;
  needs_token: boolean;
  log_rate: number;
}

/**
 * The endpoints of a store, those that run first.
 */
export interface EndpointsReply {
  endpoints: EndpointItem[];
}

/**
 * What an endpoint had to do in each of the last seconds, oldest first.
 */
export interface LoadItem {
  moments: number[];
  requests: number[];
  errors: number[];
  p50_ms: number[];
  p95_ms: number[];
}

/**
 * Something that happened to an endpoint.
 */
export interface EndpointEventItem {
  time: number;
  kind: string;
  text: string;
}

/**
 * An endpoint as it is now; `codes` counts its answers by HTTP status.
 */
export interface EndpointReply {
  endpoint: EndpointItem;
  load: LoadItem;
  codes: Record<string, number>;
  events: EndpointEventItem[];
}

/**
 * How an endpoint is asked, in a language.
 */
export interface SnippetItem {
  language: string;
  code: string;
}

/**
 * What a model takes, and where it goes in a request; `value` is JSON to begin with.
 */
export interface InputItem {
  name: string;
  type: string;
  kind: 'column' | 'data' | 'param' | 'tensor';
  required: boolean;
  value: string | null;
}

/**
 * How an endpoint is used: code, and what a form has to ask; `body` is a request.
 */
export interface UseReply {
  snippets: SnippetItem[];
  inputs: InputItem[];
  body: string;
}

/**
 * A line of an endpoint's log.
 */
export interface LogItem {
  text: string;
  time: number | null;
  level: string;
}

/**
 * The last lines of an endpoint's log, oldest first.
 */
export interface LogsReply {
  lines: LogItem[];
}

/**
 * A variant in the comparison; `low` and `high` bound how it differs from the first.
 */
export interface ResultItem {
  name: string;
  count: number;
  mean: number | null;
  difference: number | null;
  low: number | null;
  high: number | null;
  lift: number | null;
  p_value: number | null;
  best: number | null;
}

/**
 * What the traffic so far says of the variants; it may be looked at at any time.
 */
export interface ResultsReply {
  headline: string;
  metric: string;
  results: ResultItem[];
  winner: string | null;
  note: string;
  warnings: string[];
}

/**
 * A model is to be served; `other_uri` shares the traffic, or only sees it as a shadow.
 */
export interface ServeWish {
  model_uri: string;
  name?: string | null;
  port?: number | null;
  workers?: number;
  keep?: boolean;
  follow?: boolean;
  log_rate?: number;
  token?: string | null;
  allow_pickle?: boolean;
  other_uri?: string | null;
  how?: 'bandit' | 'canary' | 'shadow' | 'split';
  share?: number;
  key?: string | null;
}

/**
 * An endpoint is to go with its copies of models; stopped before, if that is wanted.
 */
export interface RemoveWish {
  stop?: boolean;
}

/**
 * What the removal of an endpoint freed: copies of models, and bytes in all.
 */
export interface RemovedReply {
  name: string;
  models: number;
  size_bytes: number;
}

/**
 * Other shares of the variants by name, or another part of requests that is logged.
 */
export interface TrafficWish {
  shares?: Record<string, number> | null;
  log_rate?: number | null;
}

/**
 * A request that is passed on to an endpoint as it is.
 */
export interface TryWish {
  body: string;
  content_type?: string;
  token?: string | null;
  key?: string | null;
}

/**
 * What the endpoint answered.
 */
export interface TryReply {
  status: number;
  body: string;
  seconds: number;
  variant: string;
  version: string;
  prediction_id: string;
}
