"""Which names of MLflow's vocabulary come with later versions of nbtrack; `later` serves them.

To bring a name is to write it and to take its word out here.
"""

from __future__ import annotations

__all__ = ["BROUGHT", "CLIENT_METHODS", "FACES", "MODULES", "TOP_LEVEL"]

MODELS = "models and flavors"
REGISTRY = "the model registry"
AUTOLOG = "autologging"
SERVING = "model serving"
SERVER = "the tracking server"
EVALUATION = "evaluation and monitoring"
PROJECTS = "projects"
TRACING = "tracing and the tools for language models"
SCALE = "scale-out on Spark and other engines"


def rows(**areas: str) -> dict[str, str]:
    """Name to area, from words listed by area."""
    phrases = globals()
    return {name: phrases[area] for area, names in areas.items() for name in names.split()}


TOP_LEVEL = rows(
    MODELS="import_checkpoints",
    REGISTRY="set_registry_uri",
    SERVER="""create_workspace delete_workspace get_workspace list_workspaces login set_workspace
        update_workspace""",
    EVALUATION="""delete_assessment evaluate get_assessment log_assessment log_expectation
        log_feedback log_issue override_feedback test update_assessment
        validate_evaluation_results""",
    PROJECTS="run",
    TRACING="""add_trace context delete_prompt_alias delete_trace_tag flush_trace_async_logging
        get_active_trace_id get_current_active_span get_last_active_trace_id get_trace load_prompt
        log_trace register_prompt search_prompts search_sessions search_traces set_prompt_alias
        set_trace_tag start_span start_span_no_context trace update_current_trace""",
)
"""Names of `import mlflow` itself."""

CLIENT_METHODS = rows(
    SERVER="""create_workspace delete_workspace get_workspace get_workspace_store_uri
        list_workspaces update_workspace""",
    EVALUATION="""add_dataset_to_experiments create_dataset delete_dataset delete_dataset_tag
        get_dataset remove_dataset_from_experiments search_datasets set_dataset_tags""",
    TRACING="""create_mcp_access_endpoint create_mcp_server create_mcp_server_version create_prompt
        create_prompt_version delete_mcp_access_endpoint delete_mcp_server delete_mcp_server_alias
        delete_mcp_server_tag delete_mcp_server_version delete_mcp_server_version_tag delete_prompt
        delete_prompt_alias delete_prompt_tag delete_prompt_version delete_prompt_version_tag
        delete_trace_tag delete_traces detach_prompt_from_run end_span end_trace
        get_latest_mcp_server_version get_mcp_access_endpoint get_mcp_server get_mcp_server_version
        get_mcp_server_version_by_alias get_prompt get_prompt_version get_prompt_version_by_alias
        get_trace link_prompt_version_to_model link_prompt_version_to_run
        link_prompt_versions_to_trace link_traces_to_run list_logged_prompts load_prompt
        parse_prompt_uri refresh_mcp_server_version_tools register_prompt
        search_mcp_access_endpoints search_mcp_server_versions search_mcp_servers
        search_prompt_versions search_prompts search_traces set_mcp_server_alias
        set_mcp_server_tag set_mcp_server_version_tag set_prompt_alias set_prompt_tag
        set_prompt_version_tag set_trace_tag start_span start_trace unlink_traces_from_run
        update_mcp_access_endpoint update_mcp_server update_mcp_server_version""",
)
"""Methods of `MlflowClient`."""

SAVING = "save_model log_model load_model"


def language_model(more: str = "") -> dict[str, str]:
    """The names of a library that calls language models."""
    return rows(TRACING=f"autolog {more}")


MODULES: dict[str, dict[str, str]] = {
    "ag2": language_model(),
    "agno": language_model(),
    "anthropic": language_model(),
    "autogen": language_model("log_tools"),
    "azureml": rows(SERVING="build_image deploy"),
    "bedrock": language_model(),
    "crewai": language_model(),
    "deployments": rows(
        SERVING="""BaseDeploymentClient DatabricksDeploymentClient DatabricksEndpoint
            OpenAIDeploymentClient MlflowDeploymentClient PredictionsResponse
            get_deploy_client get_deployments_target run_local set_deployments_target"""
    ),
    "dspy": language_model(SAVING),
    "evaluation": rows(
        EVALUATION="Assessment AssessmentSource AssessmentSourceType Evaluation log_evaluations"
    ),
    "gateway": rows(TRACING="get_gateway_uri set_gateway_uri"),
    "gemini": language_model(),
    "genai": rows(
        EVALUATION="""Agent ConversationSimulator EvaluationDatasetVersion LabelingSession
            ReviewApp Scorer ScorerScheduleConfig create_dataset create_labeling_session datasets
            delete_dataset delete_dataset_tag delete_labeling_session delete_scorer evaluate
            get_dataset get_labeling_session get_labeling_sessions get_review_app get_scorer judges
            list_scorers make_judge make_scorer_ensemble scorer scorers search_datasets
            set_dataset_tags test_agent to_predict_fn""",
        TRACING="""create_mcp_access_endpoint delete_mcp_access_endpoint delete_mcp_server
            delete_mcp_server_alias delete_mcp_server_tag delete_mcp_server_version
            delete_mcp_server_version_tag delete_prompt_alias delete_prompt_model_config
            delete_prompt_tag delete_prompt_version_tag disable_git_model_versioning
            enable_git_model_versioning get_latest_mcp_server_version get_mcp_access_endpoint
            get_mcp_server get_mcp_server_version get_mcp_server_version_by_alias get_prompt_tags
            load_prompt optimize_prompt optimize_prompts refresh_mcp_server_version_tools
            register_mcp_server register_mcp_server_from_url register_prompt
            search_mcp_access_endpoints search_mcp_server_versions search_mcp_servers
            search_prompts set_mcp_server_alias set_mcp_server_tag set_mcp_server_version_tag
            set_prompt_alias set_prompt_model_config set_prompt_tag set_prompt_version_tag
            update_mcp_access_endpoint update_mcp_server update_mcp_server_version""",
    ),
    "groq": language_model(),
    "haystack": language_model(),
    "litellm": language_model(),
    "llama_index": language_model(SAVING),
    "metrics": rows(
        EVALUATION="""EvaluationMetric MetricValue ari_grade_level bleu exact_match f1_score
            flesch_kincaid_grade_level genai latency mae make_metric mape max_error mse
            precision_score r2_score recall_score rmse rouge1 rouge2 rougeL rougeLsum
            token_count toxicity"""
    ),
    "mistral": language_model(),
    "models.evaluation": rows(
        EVALUATION="""EvaluationArtifact EvaluationDataset EvaluationMetric EvaluationResult
            MetricThreshold ModelEvaluator evaluate list_evaluators make_metric"""
    ),
    "optuna": rows(SCALE="MlflowStorage"),
    "otel": rows(TRACING="autolog"),
    "projects": rows(PROJECTS="SubmittedRun run"),
    "pydantic_ai": language_model(),
    "pyspark": rows(AUTOLOG="ml"),
    "sagemaker": rows(
        SERVING="""SageMakerDeploymentClient delete deploy deploy_transform_job push_image_to_ecr
            push_model_to_sagemaker run_local target_help terminate_transform_job"""
    ),
    "semantic_kernel": language_model(),
    "server": rows(SERVER="auth get_app get_app_client handlers"),
    "server.auth": rows(SERVER="AuthenticationProvider client create_app"),
    "smolagents": language_model(),
    "strands": language_model(),
    "tracking._tracking_service": rows(SERVER="utils"),
    "tracking._tracking_service.utils": rows(SERVER="_get_request_header _get_store"),
    "tracing": rows(
        TRACING="""configure context disable disable_notebook_display enable
            enable_notebook_display reset set_destination set_experiment_trace_location
            set_span_chat_tools get_bridged_tracer_provider
            get_tracing_context_headers_for_http_request
            set_databricks_monitoring_sql_warehouse_id
            set_tracing_context_from_http_request_headers unset_experiment_trace_location"""
    ),
    "types.llm": rows(
        TRACING="""ChatChoice ChatChoiceDelta ChatChunkChoice ChatCompletionChunk
            ChatCompletionRequest ChatCompletionResponse ChatMessage ChatParams
            FunctionToolCallArguments FunctionToolDefinition ParamProperty"""
    ),
    "utils": rows(SERVER="rest_utils"),
    "utils.rest_utils": {},
}
"""Modules that hold nothing but later names, each with its names."""

FACES: dict[str, dict[str, str]] = {
    "artifacts": {},
    "catboost": {},
    "client": {},
    "config": rows(SERVER="enable_async_logging", REGISTRY="set_registry_uri"),
    "data": rows(
        SCALE="from_huggingface from_polars from_spark from_tensorflow load_delta",
        EVALUATION="get_dataset_source_from_json",
    ),
    "diffusers": rows(MODELS="DiffusersAdapterModel"),
    "entities": rows(
        SERVER="Workspace WorkspaceDeletionMode",
        EVALUATION="""Assessment AssessmentError AssessmentSource AssessmentSourceType
            DatasetRecord DatasetRecordSource DatasetRecordSourceType EntityAssociationType
            Expectation Feedback Issue IssueReference IssueSeverity IssueStatus ScorerVersion""",
        TRACING="""BudgetAction BudgetDuration BudgetDurationUnit BudgetTargetScope BudgetUnit
            ConnectOptionSettings Document FallbackConfig FallbackStrategy GatewayBudgetPolicy
            GatewayEndpoint GatewayEndpointBinding GatewayEndpointModelConfig
            GatewayEndpointModelMapping GatewayEndpointTag GatewayGuardrail GatewayGuardrailConfig
            GatewayModelDefinition GatewayModelLinkageType GatewayResourceType GatewaySecretInfo
            GuardrailAction GuardrailStage InferenceTableLocation Link LiveSpan MCPAccessEndpoint
            MCPRemoteTransportType MCPServer MCPServerVersion MCPStatus MCPTool
            MlflowExperimentLocation NoOpSpan Prompt RoutingStrategy Session Span SpanEvent
            SpanLogLevel SpanStatus SpanStatusCode SpanType Trace TraceArchivalConfig TraceData
            TraceInfo TraceLocation TraceLocationType TraceState UCSchemaLocation UnityCatalog""",
    ),
    "exceptions": rows(
        PROJECTS="ExecutionException",
        TRACING="""MlflowTraceArchivalMalformedTrace MlflowTraceDataCorrupted
            MlflowTraceDataException MlflowTraceDataNotFound MlflowTracingException""",
    ),
    "h2o": {},
    "johnsnowlabs": {},
    "keras": {},
    "langchain": rows(AUTOLOG="autolog"),
    "lightgbm": {},
    "models": rows(
        MODELS="add_libraries_to_model",
        SERVING="FlavorBackend predict",
        EVALUATION="""EvaluationArtifact EvaluationMetric EvaluationResult MetricThreshold evaluate
            list_evaluators make_metric""",
    ),
    "onnx": {},
    "openai": rows(AUTOLOG="autolog"),
    "paddle": rows(AUTOLOG="autolog"),
    "pmdarima": {},
    "prophet": {},
    "pyfunc": rows(
        TRACING="ChatAgent ChatModel ResponsesAgent",
        SERVING="build_model_env",
    ),
    "pytorch": rows(MODELS="load_checkpoint"),
    "sentence_transformers": {},
    "shap": rows(
        MODELS="""get_underlying_model_flavor load_explainer log_explainer log_explanation
            save_explainer"""
    ),
    "sklearn": {},
    "spacy": {},
    "spark": rows(AUTOLOG="autolog"),
    "statsmodels": rows(AUTOLOG="autolog"),
    "system_metrics": {},
    "tensorflow": rows(MODELS="load_checkpoint"),
    "tracking": rows(SERVER="_get_artifact_repo _get_store", REGISTRY="set_registry_uri"),
    "tracking.client": {},
    "tracking.fluent": {},
    "transformers": rows(AUTOLOG="autolog"),
    "types": {},
    "webhooks": rows(
        TRACING="""PromptAliasCreatedPayload PromptAliasDeletedPayload PromptCreatedPayload
            PromptTagDeletedPayload PromptTagSetPayload PromptVersionCreatedPayload
            PromptVersionTagDeletedPayload PromptVersionTagSetPayload"""
    ),
    "xgboost": {},
}
"""Later names of modules that exist."""

BROUGHT = {"utils.rest_utils.http_request": "nbtrack.api.registry.requests"}
"""Names that are there in modules of which MLflow's other names come later, and where they are."""
