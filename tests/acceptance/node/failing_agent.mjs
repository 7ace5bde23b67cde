// One failing agent run, sent by the OpenTelemetry SDK for Node: `node failing_agent.mjs json|protobuf ENDPOINT RUN_ID`.
// The attributes are the ones that any language sets; see docs/agents.md.
import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import { OTLPTraceExporter as JsonExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { OTLPTraceExporter as ProtobufExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';

const [encoding, endpoint, runId] = process.argv.slice(2);
const Exporter = encoding === 'json' ? JsonExporter : ProtobufExporter;
const provider = new TracerProvider({
  resource: resourceFromAttributes({ 'service.name': 'node-agent' }),
  spanProcessors: [new BatchSpanProcessor({ exporter: new Exporter({ url: `${endpoint}/v1/traces` }) })],
});

const span = provider.getTracer('node-agent').startSpan('chat gpt-5', {
  kind: SpanKind.CLIENT,
  attributes: {
    'failcat.run_id': runId,
    'failcat.skill_id': 'search_orders',
    'failcat.step_index': 3,
    'failcat.tenant_id': 'acme',
    'gen_ai.provider.name': 'openai',
    'error.type': 'rate_limit_exceeded',
    'http.response.status_code': 429,
  },
});
span.recordException({ name: 'RateLimitError', message: 'Rate limit reached for gpt-5' });
span.setStatus({ code: SpanStatusCode.ERROR, message: 'Rate limit reached for gpt-5' });
const { traceId } = span.spanContext();
span.end();
await provider.shutdown();
console.log(traceId);
