// What an agent in Node.js needs to be understood by Failcat: its run and step on every span, the id of each failure,
// and a word on whether the recovery worked. Copy it; the attributes are explained in ../OTHER_LANGUAGES.md.
import { AsyncLocalStorage } from 'node:async_hooks';
import { randomBytes } from 'node:crypto';
import { context, SpanStatusCode, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';

const places = new AsyncLocalStorage();
const reported = new WeakMap(); // error → id of its failure: an error is one failure, however far it travels

// Puts run, step, skill and tenant on every span, so that they are there even if only failing spans are sent.
const stamping = {
  onStart: (span) => span.setAttributes(places.getStore() ?? {}),
  onEnd: () => {},
  forceFlush: async () => {},
  shutdown: async () => {},
};

export function setUp(serviceName, endpoint = process.env.FAILCAT_ENDPOINT ?? 'http://127.0.0.1:4318') {
  const exporter = new OTLPTraceExporter({
    url: `${endpoint}/v1/traces`,
    headers: process.env.FAILCAT_TOKEN ? { authorization: `Bearer ${process.env.FAILCAT_TOKEN}` } : {},
  });
  const provider = new TracerProvider({
    resource: resourceFromAttributes({ 'service.name': serviceName }),
    spanProcessors: [stamping, new BatchSpanProcessor({ exporter })],
  });
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  trace.setGlobalTracerProvider(provider);
  return provider; // call provider.shutdown() before the process ends
}

export const run = (runId, { tenantId, agent }, work) =>
  places.run({ 'failcat.run_id': runId, 'failcat.tenant_id': tenantId, 'failcat.agent': agent }, work);

// One step of a run, as a span. An error that leaves it is recorded and goes on.
export const step = (skillId, index, work) =>
  places.run({ ...places.getStore(), 'failcat.skill_id': skillId, 'failcat.step_index': index }, () =>
    trace.getTracer('agent').startActiveSpan(skillId, async (span) => {
      try {
        return await work(span);
      } catch (error) {
        span.recordException(error);
        span.setAttribute('error.type', error?.code ?? error?.name ?? typeof error);
        span.setAttribute('failcat.failure_id', failureId(error));
        span.setStatus({ code: SpanStatusCode.ERROR, message: error?.message ?? String(error) });
        throw error;
      } finally {
        span.end();
      }
    }),
  );

export function failureId(error) {
  if (Object(error) !== error) return uuid7(); // a thrown text has no identity
  if (!reported.has(error)) reported.set(error, uuid7());
  return reported.get(error);
}

// Tells whether an attempt to recover from the failure worked. `mode` is one of the catalog's ten.
export function recovered(error, mode, succeeded, attempt = 1) {
  const attributes = {
    'failcat.recovery.failure_id': failureId(error),
    'failcat.recovery.mode': mode,
    'failcat.recovery.succeeded': succeeded,
    'failcat.recovery.attempt': attempt,
  };
  trace.getTracer('agent').startSpan('recovery', { attributes }).end();
}

function uuid7() {
  const bytes = randomBytes(16);
  bytes.writeUIntBE(Date.now(), 0, 6);
  bytes[6] = 0x70 | (bytes[6] & 0x0f);
  bytes[8] = 0x80 | (bytes[8] & 0x3f);
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
