--
-- PostgreSQL database dump
--


-- Dumped from database version 18.4
-- Dumped by pg_dump version 18.4

SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

--
-- Name: failcat_uuid_at(timestamp with time zone); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.failcat_uuid_at(moment timestamp with time zone) RETURNS uuid
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN (rpad(lpad(to_hex((floor(GREATEST(LEAST((EXTRACT(epoch FROM moment) * (1000)::numeric), ('281474976710655'::bigint)::numeric), (0)::numeric)))::bigint), 12, '0'::text), 32, '0'::text))::uuid;


--
-- Name: FUNCTION failcat_uuid_at(moment timestamp with time zone); Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON FUNCTION public.failcat_uuid_at(moment timestamp with time zone) IS 'The lowest id of that millisecond: with WHERE id >= failcat_uuid_at(now() - interval ''7 days'') only the last week''s
partitions are read';


SET default_tablespace = '';

SET default_table_access_method = heap;

--
-- Name: alembic_version; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.alembic_version (
    version_num character varying(32) NOT NULL
);


--
-- Name: catalog_entries; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.catalog_entries (
    code text NOT NULL,
    document jsonb NOT NULL,
    state text DEFAULT 'active'::text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL
);


--
-- Name: failure_group_hours; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.failure_group_hours (
    tenant_id text DEFAULT ''::text NOT NULL,
    signature text NOT NULL,
    hour timestamp with time zone NOT NULL,
    shard smallint NOT NULL,
    occurrences bigint NOT NULL,
    last_seen timestamp with time zone NOT NULL
)
WITH (fillfactor='70');


--
-- Name: failure_group_totals; Type: VIEW; Schema: public; Owner: -
--

CREATE VIEW public.failure_group_totals AS
SELECT
    NULL::text AS tenant_id,
    NULL::text AS signature,
    NULL::text AS title,
    NULL::text AS state,
    NULL::timestamp with time zone AS first_seen,
    NULL::uuid[] AS samples,
    NULL::bigint AS occurrences,
    NULL::timestamp with time zone AS last_seen;


--
-- Name: failure_groups; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.failure_groups (
    tenant_id text DEFAULT ''::text NOT NULL,
    signature text NOT NULL,
    title text NOT NULL,
    state text DEFAULT 'new'::text NOT NULL,
    first_seen timestamp with time zone NOT NULL,
    samples uuid[] DEFAULT '{}'::uuid[] NOT NULL
);


--
-- Name: failure_matches; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.failure_matches (
    id uuid NOT NULL,
    run_id text NOT NULL,
    tenant_id text,
    error_code text NOT NULL,
    error_message text,
    catalog_entry_id text,
    match_type text DEFAULT 'unknown'::text NOT NULL,
    confidence_score double precision DEFAULT 0.0 NOT NULL,
    category text,
    severity text,
    is_retryable boolean DEFAULT false,
    recovery_mode text,
    recovery_suggestion text,
    recovery_attempted boolean DEFAULT false,
    recovery_succeeded boolean DEFAULT false,
    skill_id text,
    step_index integer,
    context jsonb DEFAULT '{}'::jsonb,
    created_at timestamp with time zone DEFAULT now(),
    updated_at timestamp with time zone DEFAULT now(),
    occurred_at timestamp with time zone NOT NULL,
    trace_id text,
    span_id text,
    service_name text,
    parent_span_id text,
    agent_name text,
    error_type text,
    signature text NOT NULL,
    match_rule text,
    catalog_version text NOT NULL,
    caused_by uuid
)
PARTITION BY RANGE (id);


--
-- Name: failure_matches_default; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.failure_matches_default (
    id uuid CONSTRAINT failure_matches_id_not_null NOT NULL,
    run_id text CONSTRAINT failure_matches_run_id_not_null NOT NULL,
    tenant_id text,
    error_code text CONSTRAINT failure_matches_error_code_not_null NOT NULL,
    error_message text,
    catalog_entry_id text,
    match_type text DEFAULT 'unknown'::text CONSTRAINT failure_matches_match_type_not_null NOT NULL,
    confidence_score double precision DEFAULT 0.0 CONSTRAINT failure_matches_confidence_score_not_null NOT NULL,
    category text,
    severity text,
    is_retryable boolean DEFAULT false,
    recovery_mode text,
    recovery_suggestion text,
    recovery_attempted boolean DEFAULT false,
    recovery_succeeded boolean DEFAULT false,
    skill_id text,
    step_index integer,
    context jsonb DEFAULT '{}'::jsonb,
    created_at timestamp with time zone DEFAULT now(),
    updated_at timestamp with time zone DEFAULT now(),
    occurred_at timestamp with time zone CONSTRAINT failure_matches_occurred_at_not_null NOT NULL,
    trace_id text,
    span_id text,
    service_name text,
    parent_span_id text,
    agent_name text,
    error_type text,
    signature text CONSTRAINT failure_matches_signature_not_null NOT NULL,
    match_rule text,
    catalog_version text CONSTRAINT failure_matches_catalog_version_not_null NOT NULL,
    caused_by uuid
);


--
-- Name: failure_matches_y2026w49; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.failure_matches_y2026w49 (
    id uuid CONSTRAINT failure_matches_id_not_null NOT NULL,
    run_id text CONSTRAINT failure_matches_run_id_not_null NOT NULL,
    tenant_id text,
    error_code text CONSTRAINT failure_matches_error_code_not_null NOT NULL,
    error_message text,
    catalog_entry_id text,
    match_type text DEFAULT 'unknown'::text CONSTRAINT failure_matches_match_type_not_null NOT NULL,
    confidence_score double precision DEFAULT 0.0 CONSTRAINT failure_matches_confidence_score_not_null NOT NULL,
    category text,
    severity text,
    is_retryable boolean DEFAULT false,
    recovery_mode text,
    recovery_suggestion text,
    recovery_attempted boolean DEFAULT false,
    recovery_succeeded boolean DEFAULT false,
    skill_id text,
    step_index integer,
    context jsonb DEFAULT '{}'::jsonb,
    created_at timestamp with time zone DEFAULT now(),
    updated_at timestamp with time zone DEFAULT now(),
    occurred_at timestamp with time zone CONSTRAINT failure_matches_occurred_at_not_null NOT NULL,
    trace_id text,
    span_id text,
    service_name text,
    parent_span_id text,
    agent_name text,
    error_type text,
    signature text CONSTRAINT failure_matches_signature_not_null NOT NULL,
    match_rule text,
    catalog_version text CONSTRAINT failure_matches_catalog_version_not_null NOT NULL,
    caused_by uuid
);


--
-- Name: failure_matches_y2026w50; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.failure_matches_y2026w50 (
    id uuid CONSTRAINT failure_matches_id_not_null NOT NULL,
    run_id text CONSTRAINT failure_matches_run_id_not_null NOT NULL,
    tenant_id text,
    error_code text CONSTRAINT failure_matches_error_code_not_null NOT NULL,
    error_message text,
    catalog_entry_id text,
    match_type text DEFAULT 'unknown'::text CONSTRAINT failure_matches_match_type_not_null NOT NULL,
    confidence_score double precision DEFAULT 0.0 CONSTRAINT failure_matches_confidence_score_not_null NOT NULL,
    category text,
    severity text,
    is_retryable boolean DEFAULT false,
    recovery_mode text,
    recovery_suggestion text,
    recovery_attempted boolean DEFAULT false,
    recovery_succeeded boolean DEFAULT false,
    skill_id text,
    step_index integer,
    context jsonb DEFAULT '{}'::jsonb,
    created_at timestamp with time zone DEFAULT now(),
    updated_at timestamp with time zone DEFAULT now(),
    occurred_at timestamp with time zone CONSTRAINT failure_matches_occurred_at_not_null NOT NULL,
    trace_id text,
    span_id text,
    service_name text,
    parent_span_id text,
    agent_name text,
    error_type text,
    signature text CONSTRAINT failure_matches_signature_not_null NOT NULL,
    match_rule text,
    catalog_version text CONSTRAINT failure_matches_catalog_version_not_null NOT NULL,
    caused_by uuid
);


--
-- Name: failure_matches_y2026w51; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.failure_matches_y2026w51 (
    id uuid CONSTRAINT failure_matches_id_not_null NOT NULL,
    run_id text CONSTRAINT failure_matches_run_id_not_null NOT NULL,
    tenant_id text,
    error_code text CONSTRAINT failure_matches_error_code_not_null NOT NULL,
    error_message text,
    catalog_entry_id text,
    match_type text DEFAULT 'unknown'::text CONSTRAINT failure_matches_match_type_not_null NOT NULL,
    confidence_score double precision DEFAULT 0.0 CONSTRAINT failure_matches_confidence_score_not_null NOT NULL,
    category text,
    severity text,
    is_retryable boolean DEFAULT false,
    recovery_mode text,
    recovery_suggestion text,
    recovery_attempted boolean DEFAULT false,
    recovery_succeeded boolean DEFAULT false,
    skill_id text,
    step_index integer,
    context jsonb DEFAULT '{}'::jsonb,
    created_at timestamp with time zone DEFAULT now(),
    updated_at timestamp with time zone DEFAULT now(),
    occurred_at timestamp with time zone CONSTRAINT failure_matches_occurred_at_not_null NOT NULL,
    trace_id text,
    span_id text,
    service_name text,
    parent_span_id text,
    agent_name text,
    error_type text,
    signature text CONSTRAINT failure_matches_signature_not_null NOT NULL,
    match_rule text,
    catalog_version text CONSTRAINT failure_matches_catalog_version_not_null NOT NULL,
    caused_by uuid
);


--
-- Name: failure_matches_y2026w52; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.failure_matches_y2026w52 (
    id uuid CONSTRAINT failure_matches_id_not_null NOT NULL,
    run_id text CONSTRAINT failure_matches_run_id_not_null NOT NULL,
    tenant_id text,
    error_code text CONSTRAINT failure_matches_error_code_not_null NOT NULL,
    error_message text,
    catalog_entry_id text,
    match_type text DEFAULT 'unknown'::text CONSTRAINT failure_matches_match_type_not_null NOT NULL,
    confidence_score double precision DEFAULT 0.0 CONSTRAINT failure_matches_confidence_score_not_null NOT NULL,
    category text,
    severity text,
    is_retryable boolean DEFAULT false,
    recovery_mode text,
    recovery_suggestion text,
    recovery_attempted boolean DEFAULT false,
    recovery_succeeded boolean DEFAULT false,
    skill_id text,
    step_index integer,
    context jsonb DEFAULT '{}'::jsonb,
    created_at timestamp with time zone DEFAULT now(),
    updated_at timestamp with time zone DEFAULT now(),
    occurred_at timestamp with time zone CONSTRAINT failure_matches_occurred_at_not_null NOT NULL,
    trace_id text,
    span_id text,
    service_name text,
    parent_span_id text,
    agent_name text,
    error_type text,
    signature text CONSTRAINT failure_matches_signature_not_null NOT NULL,
    match_rule text,
    catalog_version text CONSTRAINT failure_matches_catalog_version_not_null NOT NULL,
    caused_by uuid
);


--
-- Name: failure_matches_y2026w53; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.failure_matches_y2026w53 (
    id uuid CONSTRAINT failure_matches_id_not_null NOT NULL,
    run_id text CONSTRAINT failure_matches_run_id_not_null NOT NULL,
    tenant_id text,
    error_code text CONSTRAINT failure_matches_error_code_not_null NOT NULL,
    error_message text,
    catalog_entry_id text,
    match_type text DEFAULT 'unknown'::text CONSTRAINT failure_matches_match_type_not_null NOT NULL,
    confidence_score double precision DEFAULT 0.0 CONSTRAINT failure_matches_confidence_score_not_null NOT NULL,
    category text,
    severity text,
    is_retryable boolean DEFAULT false,
    recovery_mode text,
    recovery_suggestion text,
    recovery_attempted boolean DEFAULT false,
    recovery_succeeded boolean DEFAULT false,
    skill_id text,
    step_index integer,
    context jsonb DEFAULT '{}'::jsonb,
    created_at timestamp with time zone DEFAULT now(),
    updated_at timestamp with time zone DEFAULT now(),
    occurred_at timestamp with time zone CONSTRAINT failure_matches_occurred_at_not_null NOT NULL,
    trace_id text,
    span_id text,
    service_name text,
    parent_span_id text,
    agent_name text,
    error_type text,
    signature text CONSTRAINT failure_matches_signature_not_null NOT NULL,
    match_rule text,
    catalog_version text CONSTRAINT failure_matches_catalog_version_not_null NOT NULL,
    caused_by uuid
);


--
-- Name: failure_quarantine; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.failure_quarantine (
    id uuid NOT NULL,
    reason text NOT NULL,
    detail text NOT NULL,
    record bytea NOT NULL,
    record_bytes integer NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT failure_quarantine_detail_check CHECK ((length(detail) <= 1024)),
    CONSTRAINT failure_quarantine_reason_check CHECK ((length(reason) <= 64)),
    CONSTRAINT failure_quarantine_record_check CHECK ((length(record) <= 131072))
);


--
-- Name: COLUMN failure_quarantine.record; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.failure_quarantine.record IS 'The msgpack record as it was spooled; cut at 128 KiB when record_bytes, its whole size, is larger';


--
-- Name: job_runs; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.job_runs (
    id bigint NOT NULL,
    job text NOT NULL,
    started_at timestamp with time zone NOT NULL,
    finished_at timestamp with time zone DEFAULT now() NOT NULL,
    succeeded boolean NOT NULL,
    report jsonb DEFAULT '{}'::jsonb NOT NULL
);


--
-- Name: job_runs_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.job_runs ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.job_runs_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: recovery_attempts; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.recovery_attempts (
    failure_id uuid NOT NULL,
    attempt integer NOT NULL,
    mode text NOT NULL,
    succeeded boolean NOT NULL,
    occurred_at timestamp with time zone NOT NULL,
    error_code text,
    tenant_id text,
    trace_id text,
    span_id text,
    settled boolean DEFAULT false NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL
);


--
-- Name: failure_matches_default; Type: TABLE ATTACH; Schema: public; Owner: -
--

ALTER TABLE ONLY public.failure_matches ATTACH PARTITION public.failure_matches_default DEFAULT;


--
-- Name: failure_matches_y2026w49; Type: TABLE ATTACH; Schema: public; Owner: -
--

ALTER TABLE ONLY public.failure_matches ATTACH PARTITION public.failure_matches_y2026w49 FOR VALUES FROM ('01a229c0-5400-0000-0000-000000000000') TO ('01a24dcc-d800-0000-0000-000000000000');


--
-- Name: failure_matches_y2026w50; Type: TABLE ATTACH; Schema: public; Owner: -
--

ALTER TABLE ONLY public.failure_matches ATTACH PARTITION public.failure_matches_y2026w50 FOR VALUES FROM ('01a24dcc-d800-0000-0000-000000000000') TO ('01a271d9-5c00-0000-0000-000000000000');


--
-- Name: failure_matches_y2026w51; Type: TABLE ATTACH; Schema: public; Owner: -
--

ALTER TABLE ONLY public.failure_matches ATTACH PARTITION public.failure_matches_y2026w51 FOR VALUES FROM ('01a271d9-5c00-0000-0000-000000000000') TO ('01a295e5-e000-0000-0000-000000000000');


--
-- Name: failure_matches_y2026w52; Type: TABLE ATTACH; Schema: public; Owner: -
--

ALTER TABLE ONLY public.failure_matches ATTACH PARTITION public.failure_matches_y2026w52 FOR VALUES FROM ('01a295e5-e000-0000-0000-000000000000') TO ('01a2b9f2-6400-0000-0000-000000000000');


--
-- Name: failure_matches_y2026w53; Type: TABLE ATTACH; Schema: public; Owner: -
--

ALTER TABLE ONLY public.failure_matches ATTACH PARTITION public.failure_matches_y2026w53 FOR VALUES FROM ('01a2b9f2-6400-0000-0000-000000000000') TO ('01a2ddfe-e800-0000-0000-000000000000');


--
-- Data for Name: alembic_version; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.alembic_version VALUES
	('0001');


--
-- Data for Name: catalog_entries; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: failure_group_hours; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.failure_group_hours VALUES
	('acme', 'v2:375a522dd745ac2b', '2026-12-01 13:00:00+00', 6, 8, '2026-12-01 13:31:28.061466+00'),
	('acme', 'v2:37ba325636ae1d6a', '2026-12-01 13:00:00+00', 6, 9, '2026-12-01 13:31:28.080406+00'),
	('acme', 'v2:403254e24712f934', '2026-12-01 13:00:00+00', 6, 4, '2026-12-01 13:31:28.060817+00'),
	('acme', 'v2:47a98c0551a1230a', '2026-12-01 13:00:00+00', 6, 10, '2026-12-01 13:31:28.0614+00'),
	('acme', 'v2:579998db6bcedeab', '2026-12-01 13:00:00+00', 6, 10, '2026-12-01 13:31:28.061431+00'),
	('acme', 'v2:ae262f6596875ddc', '2026-12-01 13:00:00+00', 6, 9, '2026-12-01 13:31:28.080449+00'),
	('acme', 'v2:d8e7fc8e94cf4069', '2026-12-01 13:00:00+00', 6, 6, '2026-12-01 13:31:28.058539+00'),
	('acme', 'v2:e3d51c0af3d11179', '2026-12-01 13:00:00+00', 6, 5, '2026-12-01 13:31:28.060719+00'),
	('acme', 'v2:f84b99890855f45d', '2026-12-01 13:00:00+00', 6, 10, '2026-12-01 13:31:28.08049+00'),
	('acme', 'v2:fa6f27aa31828a07', '2026-12-01 13:00:00+00', 6, 2, '2026-12-01 13:31:28.059935+00'),
	('globex', 'v2:375a522dd745ac2b', '2026-12-01 13:00:00+00', 6, 2, '2026-12-01 13:31:28.060108+00'),
	('globex', 'v2:37ba325636ae1d6a', '2026-12-01 13:00:00+00', 6, 10, '2026-12-01 13:31:28.061548+00'),
	('globex', 'v2:403254e24712f934', '2026-12-01 13:00:00+00', 6, 9, '2026-12-01 13:31:28.060327+00'),
	('globex', 'v2:47a98c0551a1230a', '2026-12-01 13:00:00+00', 6, 3, '2026-12-01 13:31:28.060908+00'),
	('globex', 'v2:579998db6bcedeab', '2026-12-01 13:00:00+00', 6, 6, '2026-12-01 13:31:28.061639+00'),
	('globex', 'v2:ae262f6596875ddc', '2026-12-01 13:00:00+00', 6, 7, '2026-12-01 13:31:28.06158+00'),
	('globex', 'v2:d8e7fc8e94cf4069', '2026-12-01 13:00:00+00', 6, 2, '2026-12-01 13:31:28.061329+00'),
	('globex', 'v2:e3d51c0af3d11179', '2026-12-01 13:00:00+00', 6, 1, '2026-12-01 13:31:28.03058+00'),
	('globex', 'v2:f84b99890855f45d', '2026-12-01 13:00:00+00', 6, 4, '2026-12-01 13:31:28.060379+00'),
	('globex', 'v2:fa6f27aa31828a07', '2026-12-01 13:00:00+00', 6, 1, '2026-12-01 13:31:28.059593+00'),
	('', 'v2:3ba3e0506742aa1d', '2026-12-01 13:00:00+00', 6, 12, '2026-12-01 13:31:28.43869+00'),
	('', 'v2:43518060beebfd34', '2026-12-01 13:00:00+00', 6, 13, '2026-12-01 13:31:28.438726+00'),
	('', 'v2:579998db6bcedeab', '2026-12-01 13:00:00+00', 6, 8, '2026-12-01 13:31:28.43863+00'),
	('', 'v2:bc7d2219ac7ee549', '2026-12-01 13:00:00+00', 6, 6, '2026-12-01 13:31:28.438678+00'),
	('', 'v2:e33f6c68a73ca0e6', '2026-12-01 13:00:00+00', 6, 11, '2026-12-01 13:31:28.438702+00'),
	('', 'v2:f84b99890855f45d', '2026-12-01 13:00:00+00', 6, 10, '2026-12-01 13:31:28.438739+00');


--
-- Data for Name: failure_groups; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.failure_groups VALUES
	('acme', 'v2:375a522dd745ac2b', 'invalid_request_error: prompt is too long: <*> token(s) > <*> maximum', 'new', '2026-12-01 13:31:28.030959+00', '{01a231cd-9b9e-7ba5-b7c3-07d44e4ee8eb,01a231cd-9b9f-7d74-b081-51c2c36b80be,01a231cd-9bba-755c-b2ed-c6a5f5e15c67}'),
	('acme', 'v2:37ba325636ae1d6a', 'tool_error: order <*> failed: warehouse answered nothing', 'new', '2026-12-01 13:31:28.032276+00', '{01a231cd-9ba0-7dd1-a293-fcfc6ff73673,01a231cd-9ba1-7914-957a-0c4172d14f14,01a231cd-9bba-7e8b-b891-08bcdcf474af}'),
	('acme', 'v2:403254e24712f934', 'openai.RateLimitError: Error code: 429 - {insufficient_quota}', 'new', '2026-12-01 13:31:28.031502+00', '{01a231cd-9b9f-7456-9ca4-e8c31ca76fd2,01a231cd-9ba0-7d90-b6c1-ce0ee5ba3ab0,01a231cd-9bbc-757d-88cd-58c382aac352}'),
	('acme', 'v2:47a98c0551a1230a', 'acme.planner.GoalDrift: goal <*> drifted after <*> steps', 'new', '2026-12-01 13:31:28.031116+00', '{01a231cd-9b9f-7a94-a329-25f560ceffa0,01a231cd-9b9f-7e9f-94af-7331137410bd,01a231cd-9ba1-7108-a43b-86f699dc694a}'),
	('acme', 'v2:579998db6bcedeab', 'json.decoder.JSONDecodeError: Expecting <*> delimiter: line <*> column <*> (char <*>)', 'new', '2026-12-01 13:31:28.03092+00', '{01a231cd-9b9e-7bc8-89df-8f49379d22fd,01a231cd-9b9f-72d7-b039-b8aab759be59,01a231cd-9ba0-7c5d-a2da-5753b81dba68}'),
	('acme', 'v2:ae262f6596875ddc', '-32602: Unknown tool: <*>', 'new', '2026-12-01 13:31:28.031226+00', '{01a231cd-9b9f-7993-a0da-91c8625fd4ed,01a231cd-9b9f-7df7-822f-f5af15488c64,01a231cd-9ba0-737a-b33b-a8068eb0cf92}'),
	('acme', 'v2:d8e7fc8e94cf4069', 'asyncpg.exceptions.DeadlockDetectedError: deadlock detected', 'new', '2026-12-01 13:31:28.030856+00', '{01a231cd-9b9e-78af-b8ee-5bdc0f6dd192,01a231cd-9b9f-7650-9e16-398856d75fb8,01a231cd-9b9f-7988-90d1-a5cebd633a2a}'),
	('acme', 'v2:e3d51c0af3d11179', 'ConnectionRefusedError: [Errno 111] Connection refused', 'new', '2026-12-01 13:31:28.033514+00', '{01a231cd-9ba1-728e-b3ef-462b39c93dbf,01a231cd-9bbb-7506-91be-6c1893ad96f5,01a231cd-9bbb-7e53-9e3c-ecf0eb224c7a}'),
	('acme', 'v2:f84b99890855f45d', 'openai.RateLimitError: Error code: 429 - {tokens rate_limit_exceeded}', 'new', '2026-12-01 13:31:28.031054+00', '{01a231cd-9b9f-71b8-ba76-0cc8a1b98078,01a231cd-9b9f-726e-9ba6-caf52135a696,01a231cd-9b9f-76ae-91df-7be5b4d48fd4}'),
	('acme', 'v2:fa6f27aa31828a07', 'overloaded_error: Overloaded', 'new', '2026-12-01 13:31:28.033409+00', '{01a231cd-9ba1-7ddd-b3cc-66014ab87031,01a231cd-9bbb-74a8-9bed-38a6c066ee6e}'),
	('globex', 'v2:375a522dd745ac2b', 'invalid_request_error: prompt is too long: <*> token(s) > <*> maximum', 'new', '2026-12-01 13:31:28.058859+00', '{01a231cd-9bba-78d7-a99d-7fffaad74f06,01a231cd-9bbc-7aaa-a124-b32b4ea963a9}'),
	('globex', 'v2:37ba325636ae1d6a', 'tool_error: order <*> failed: warehouse answered nothing', 'new', '2026-12-01 13:31:28.032938+00', '{01a231cd-9ba0-7724-9bc1-808230d51fc0,01a231cd-9ba1-72ee-9259-31ea7fe31771,01a231cd-9ba1-77cc-a175-5667228517d5}'),
	('globex', 'v2:403254e24712f934', 'openai.RateLimitError: Error code: 429 - {insufficient_quota}', 'new', '2026-12-01 13:31:28.03068+00', '{01a231cd-9b9e-7cf8-83dc-e1c2aae52ce0,01a231cd-9b9f-7376-810f-9381e3941238,01a231cd-9ba0-7f1d-b361-28491342d723}'),
	('globex', 'v2:47a98c0551a1230a', 'acme.planner.GoalDrift: goal <*> drifted after <*> steps', 'new', '2026-12-01 13:31:28.032076+00', '{01a231cd-9ba0-7582-a4db-5d82f35912cf,01a231cd-9bbb-7172-b94a-edda8feb1c7d,01a231cd-9bbc-742a-bdbb-e96dcd4756b2}'),
	('globex', 'v2:579998db6bcedeab', 'json.decoder.JSONDecodeError: Expecting <*> delimiter: line <*> column <*> (char <*>)', 'new', '2026-12-01 13:31:28.031671+00', '{01a231cd-9b9f-74d5-bdca-42e58edf96d8,01a231cd-9ba0-7f2f-9a52-155e08f460a1,01a231cd-9bba-7165-895c-ef174f71c1b0}'),
	('globex', 'v2:ae262f6596875ddc', '-32602: Unknown tool: <*>', 'new', '2026-12-01 13:31:28.030528+00', '{01a231cd-9b9e-7853-ad23-a5614be94fd7,01a231cd-9b9e-78bb-97b7-12a5e1f0f419,01a231cd-9ba0-7251-b4d5-4c333d55123a}'),
	('globex', 'v2:d8e7fc8e94cf4069', 'asyncpg.exceptions.DeadlockDetectedError: deadlock detected', 'new', '2026-12-01 13:31:28.032023+00', '{01a231cd-9ba0-7871-b496-22a14f54327a,01a231cd-9bbd-7b09-ab0e-8a622ad085e6}'),
	('globex', 'v2:e3d51c0af3d11179', 'ConnectionRefusedError: [Errno 111] Connection refused', 'new', '2026-12-01 13:31:28.03058+00', '{01a231cd-9b9e-761c-bbd8-7ac7fed9c5a4}'),
	('globex', 'v2:f84b99890855f45d', 'openai.RateLimitError: Error code: 429 - {tokens rate_limit_exceeded}', 'new', '2026-12-01 13:31:28.033575+00', '{01a231cd-9ba1-7174-add3-25c56efaf5e5,01a231cd-9bba-78ab-8436-34c993330edf,01a231cd-9bbb-7fad-a509-061825c069aa}'),
	('globex', 'v2:fa6f27aa31828a07', 'overloaded_error: Overloaded', 'new', '2026-12-01 13:31:28.059593+00', '{01a231cd-9bbb-71fa-9f01-a29fb674053b}'),
	('', 'v2:3ba3e0506742aa1d', 'ConnectionRefusedError: [Errno 111] Connection refused: <*>', 'new', '2026-12-01 13:31:28.406081+00', '{01a231cd-9d16-745a-9486-0f978d5ef5b3,01a231cd-9d16-76cd-bc08-a218314fc01c,01a231cd-9d16-7bed-974f-82d7c094afbe}'),
	('', 'v2:43518060beebfd34', 'anthropic.BadRequestError: Error code: 400 - {error invalid_request_error}', 'new', '2026-12-01 13:31:28.405999+00', '{01a231cd-9d15-722d-82f5-ef403f455154,01a231cd-9d16-741b-b602-8afb96fa92d0,01a231cd-9d16-74d0-8070-b3fd8059e8a2}'),
	('', 'v2:579998db6bcedeab', 'json.decoder.JSONDecodeError: Expecting <*> delimiter: line <*> column <*> (char <*>)', 'new', '2026-12-01 13:31:28.406202+00', '{01a231cd-9d16-7270-8d43-76effb921e3d,01a231cd-9d16-7c45-a981-c734c443d516,01a231cd-9d26-7b20-abc7-008d0ce9b093}'),
	('', 'v2:bc7d2219ac7ee549', 'acme.tools.OrderError: order <*> of customer <*> failed after <*> attempt(s)', 'new', '2026-12-01 13:31:28.406314+00', '{01a231cd-9d16-7e63-bbf1-97ae04419187,01a231cd-9d26-74aa-8fae-101699647c9f,01a231cd-9d26-7678-af2e-9d83b8342e37}'),
	('', 'v2:e33f6c68a73ca0e6', 'asyncpg.exceptions.DeadlockDetectedError: deadlock detected: process <*> waits for ShareLock on <*>', 'new', '2026-12-01 13:31:28.406173+00', '{01a231cd-9d16-7951-b3ef-5cd997589e68,01a231cd-9d16-7cdc-a3a3-b2d23993bdb8,01a231cd-9d16-7d84-9c9a-0ee75d1866eb}'),
	('', 'v2:f84b99890855f45d', 'openai.RateLimitError: Error code: 429 - {tokens rate_limit_exceeded}', 'new', '2026-12-01 13:31:28.406215+00', '{01a231cd-9d16-76af-9355-cc2b2676b846,01a231cd-9d16-7712-b28d-b4879ce6581b,01a231cd-9d16-7928-8fdb-976e35597e84}');


--
-- Data for Name: failure_matches_default; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: failure_matches_y2026w49; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.failure_matches_y2026w49 VALUES
	('01a231cd-9b9e-761c-bbd8-7ac7fed9c5a4', 'run-293277ebb7', 'globex', 'ConnectionRefusedError', '[Errno 111] Connection refused', 'CONNECTION_REFUSED', 'type', 0.97, 'TRANSIENT', 'MEDIUM', true, 'RETRY_EXPONENTIAL', 'Check that the service is running and listens on this port. Retry with backoff; nothing was executed.', false, false, 'GET', 2, '{"scope": "failcat.demo", "span_kind": "CLIENT", "span_name": "GET /inventory", "attributes": {"error.type": "ConnectionRefusedError"}}', '2026-12-01 13:31:28.20783+00', '2026-12-01 13:31:28.20783+00', '2026-12-01 13:31:28.03058+00', 'b361e49fdc09421874481b96f9e331c5', '98e3147653a5e418', 'failcat-demo', '629761a59b598edb', 'support-agent', 'ConnectionRefusedError', 'v2:e3d51c0af3d11179', 'python.connection_refused', 'c-e013233c', NULL),
	('01a231cd-9b9e-7853-ad23-a5614be94fd7', 'run-293277ebb7', 'globex', '-32602', 'Unknown tool: serch_orders', 'TOOL_NOT_FOUND', 'regex', 0.98, 'SKILL', 'MEDIUM', false, 'FALLBACK', 'Give the model the names that the server lists, and list them again if they changed.', false, false, 'tools/call', 3, '{"scope": "failcat.demo", "span_kind": "CLIENT", "span_name": "tools/call", "attributes": {"error.type": "-32602", "mcp.method.name": "tools/call", "rpc.jsonrpc.error_code": "-32602"}}', '2026-12-01 13:31:28.20783+00', '2026-12-01 13:31:28.20783+00', '2026-12-01 13:31:28.03063+00', 'b361e49fdc09421874481b96f9e331c5', 'e1815205d9534895', 'failcat-demo', '629761a59b598edb', 'support-agent', '-32602', 'v2:ae262f6596875ddc', 'mcp.tool_not_found', 'c-e013233c', NULL),
	('01a231cd-9b9e-78bb-97b7-12a5e1f0f419', 'run-293277ebb7', 'globex', '-32602', 'Unknown tool: serch_orders', 'TOOL_NOT_FOUND', 'regex', 0.98, 'SKILL', 'MEDIUM', false, 'FALLBACK', 'Give the model the names that the server lists, and list them again if they changed.', false, false, 'tools/call', 1, '{"scope": "failcat.demo", "span_kind": "CLIENT", "span_name": "tools/call", "attributes": {"error.type": "-32602", "mcp.method.name": "tools/call", "rpc.jsonrpc.error_code": "-32602"}}', '2026-12-01 13:31:28.20783+00', '2026-12-01 13:31:28.20783+00', '2026-12-01 13:31:28.030528+00', 'b361e49fdc09421874481b96f9e331c5', 'a36eebd46f94f032', 'failcat-demo', '629761a59b598edb', 'support-agent', '-32602', 'v2:ae262f6596875ddc', 'mcp.tool_not_found', 'c-e013233c', NULL),
	('01a231cd-9b9e-7ba5-b7c3-07d44e4ee8eb', 'run-7393e131c5', 'acme', 'invalid_request_error', 'prompt is too long: 967377 tokens > 200000 maximum', 'LLM_CONTEXT_EXCEEDED', 'regex', 0.98, 'SKILL', 'MEDIUM', false, 'FALLBACK', 'Compact or summarise the conversation, then retry once. Lower max_tokens or switch to a model with a larger window.', false, false, 'chat', 4, '{"scope": "failcat.demo", "span_kind": "CLIENT", "span_name": "chat claude-opus", "attributes": {"error.type": "invalid_request_error", "gen_ai.provider.name": "anthropic", "gen_ai.operation.name": "chat", "http.response.status_code": 400}}', '2026-12-01 13:31:28.20783+00', '2026-12-01 13:31:28.20783+00', '2026-12-01 13:31:28.030959+00', '1899ae9ae117f2b0a0a47e86f0566f40', 'd9f2c4ef08745680', 'failcat-demo', '4d314a6da62f28dd', 'support-agent', 'invalid_request_error', 'v2:375a522dd745ac2b', 'anthropic.prompt_too_long', 'c-e013233c', NULL),
	('01a231cd-9b9e-7bc8-89df-8f49379d22fd', 'run-7393e131c5', 'acme', 'json.decoder.JSONDecodeError', 'Expecting '','' delimiter: line 742686 column 7 (char 913)', 'DESERIALIZATION_ERROR', 'type', 0.97, 'DATA', 'MEDIUM', true, 'RETRY_IMMEDIATE', 'Give the error back to the model and ask for plain JSON without a code fence, at most twice. Log the start of the text; repair the JSON if only its end is missing.', false, false, 'parse_answer', 3, '{"scope": "failcat.demo", "span_kind": "CLIENT", "span_name": "parse_answer", "attributes": {"error.type": "json.decoder.JSONDecodeError"}}', '2026-12-01 13:31:28.20783+00', '2026-12-01 13:31:28.20783+00', '2026-12-01 13:31:28.03092+00', '1899ae9ae117f2b0a0a47e86f0566f40', '661c7073d8256bfa', 'failcat-demo', '4d314a6da62f28dd', 'support-agent', 'json.decoder.JSONDecodeError', 'v2:579998db6bcedeab', 'schema.json', 'c-e013233c', NULL),
	('01a231cd-9b9f-72d7-b039-b8aab759be59', 'run-8d458d5b97', 'acme', 'json.decoder.JSONDecodeError', 'Expecting '','' delimiter: line 237956 column 7 (char 913)', 'DESERIALIZATION_ERROR', 'type', 0.97, 'DATA', 'MEDIUM', true, 'RETRY_IMMEDIATE', 'Give the error back to the model and ask for plain JSON without a code fence, at most twice. Log the start of the text; repair the JSON if only its end is missing.', false, false, 'parse_answer', 1, '{"scope": "failcat.demo", "span_kind": "CLIENT", "span_name": "parse_answer", "attributes": {"error.type": "json.decoder.JSONDecodeError"}}', '2026-12-01 13:31:28.20783+00', '2026-12-01 13:31:28.20783+00', '2026-12-01 13:31:28.031305+00', '1d9e2c99122d4b13f61e6ecebcc85d9f', 'b5f17e9a919611f4', 'failcat-demo', '08be58bea692b071', 'billing-agent', 'json.decoder.JSONDecodeError', 'v2:579998db6bcedeab', 'schema.json', 'c-e013233c', NULL),
	('01a231cd-9b9f-74d5-bdca-42e58edf96d8', 'run-fd14cc9689', 'globex', 'json.decoder.JSONDecodeError', 'Expecting '','' delimiter: line 429037 column 7 (char 913)', 'DESERIALIZATION_ERROR', 'type', 0.97, 'DATA', 'MEDIUM', true, 'RETRY_IMMEDIATE', 'Give the error back to the model and ask for plain JSON without a code fence, at most twice. Log the start of the text; repair the JSON if only its end is missing.', false, false, 'parse_answer', 0, '{"scope": "failcat.demo", "span_kind": "CLIENT", "span_name": "parse_answer", "attributes": {"error.type": "json.decoder.JSONDecodeError"}}', '2026-12-01 13:31:28.20783+00', '2026-12-01 13:31:28.20783+00', '2026-12-01 13:31:28.031671+00', 'dd4453ce70f289cc59e877549af8d4d3', 'ff8549257df90954', 'failcat-demo', 'ea95bce48e69d5f6', 'research-agent', 'json.decoder.JSONDecodeError', 'v2:579998db6bcedeab', 'schema.json', 'c-e013233c', NULL),
	('01a231cd-9b9f-7993-a0da-91c8625fd4ed', 'run-89ebec78a8', 'acme', '-32602', 'Unknown tool: serch_orders', 'TOOL_NOT_FOUND', 'regex', 0.98, 'SKILL', 'MEDIUM', false, 'FALLBACK', 'Give the model the names that the server lists, and list them again if they changed.', false, false, 'tools/call', 4, '{"scope": "failcat.demo", "span_kind": "CLIENT", "span_name": "tools/call", "attributes": {"error.type": "-32602", "mcp.method.name": "tools/call", "rpc.jsonrpc.error_code": "-32602"}}', '2026-12-01 13:31:28.20783+00', '2026-12-01 13:31:28.20783+00', '2026-12-01 13:31:28.031226+00', '8a3baeb8dc0e0ec296b8273154a19214', 'd1de3bffceaed030', 'failcat-demo', '8685814d33fc1e48', 'billing-agent', '-32602', 'v2:ae262f6596875ddc', 'mcp.tool_not_found', 'c-e013233c', NULL),
	('01a231cd-9b9f-7a94-a329-25f560ceffa0', 'run-89ebec78a8', 'acme', 'acme.planner.GoalDrift', 'goal 7522c143036c drifted after 732215 steps', NULL, 'unknown', 0, NULL, NULL, false, NULL, NULL, false, false, 'plan', 1, '{"scope": "failcat.demo", "span_kind": "CLIENT", "span_name": "plan", "attributes": {"error.type": "acme.planner.GoalDrift"}}', '2026-12-01 13:31:28.20783+00', '2026-12-01 13:31:28.20783+00', '2026-12-01 13:31:28.031116+00', '8a3baeb8dc0e0ec296b8273154a19214', '0c74e2fe39e2d01c', 'failcat-demo', '8685814d33fc1e48', 'billing-agent', 'acme.planner.GoalDrift', 'v2:47a98c0551a1230a', NULL, 'c-e013233c', NULL),
	('01a231cd-9b9f-7d74-b081-51c2c36b80be', 'run-d8613759b4', 'acme', 'invalid_request_error', 'prompt is too long: 578261 tokens > 200000 maximum', 'LLM_CONTEXT_EXCEEDED', 'regex', 0.98, 'SKILL', 'MEDIUM', false, 'FALLBACK', 'Compact or summarise the conversation, then retry once. Lower max_tokens or switch to a model with a larger window.', false, false, 'chat', 1, '{"scope": "failcat.demo", "span_kind": "CLIENT", "span_name": "chat claude-opus", "attributes": {"error.type": "invalid_request_error", "gen_ai.provider.name": "anthropic", "gen_ai.operation.name": "chat", "http.response.status_code": 400}}', '2026-12-01 13:31:28.20783+00', '2026-12-01 13:31:28.20783+00', '2026-12-01 13:31:28.031948+00', '1e0693748065e4523b38682c1882b3ba', '3a1ede04c9f9a7aa', 'failcat-demo', 'ca77d3aa91ebd04a', 'billing-agent', 'invalid_request_error', 'v2:375a522dd745ac2b', 'anthropic.prompt_too_long', 'c-e013233c', NULL),
	('01a231cd-9b9f-7df7-822f-f5af15488c64', 'run-d8613759b4', 'acme', '-32602', 'Unknown tool: serch_orders', 'TOOL_NOT_FOUND', 'regex', 0.98, 'SKILL', 'MEDIUM', false, 'FALLBACK', 'Give the model the names that the server lists, and list them again if they changed.', false, false, 'tools/call', 0, '{"scope": "failcat.demo", "span_kind": "CLIENT", "span_name": "tools/call", "attributes": {"error.type": "-32602", "mcp.method.name": "tools/call", "rpc.jsonrpc.error_code": "-32602"}}', '2026-12-01 13:31:28.20783+00', '2026-12-01 13:31:28.20783+00', '2026-12-01 13:31:28.031917+00', '1e0693748065e4523b38682c1882b3ba', '5366f7459ecb346c', 'failcat-demo', 'ca77d3aa91ebd04a', 'billing-agent', '-32602', 'v2:ae262f6596875ddc', 'mcp.tool_not_found', 'c-e013233c', NULL),
	('01a231cd-9b9f-7e9f-94af-7331137410bd', 'run-8d458d5b97', 'acme', 'acme.planner.GoalDrift', 'goal 1e36476c8a63 drifted after 394081 steps', NULL, 'unknown', 0, NULL, NULL, false, NULL, NULL, false, false, 'plan', 2, '{"scope": "failcat.demo", "span_kind": "CLIENT", "span_name": "plan", "attributes": {"error.type": "acme.planner.GoalDrift"}}', '2026-12-01 13:31:28.20783+00', '2026-12-01 13:31:28.20783+00', '2026-12-01 13:31:28.031336+00', '1d9e2c99122d4b13f61e6ecebcc85d9f', 'e5e942f314dd6596', 'failcat-demo', '08be58bea692b071', 'billing-agent', 'acme.planner.GoalDrift', 'v2:47a98c0551a1230a', NULL, 'c-e013233c', NULL),
	('01a231cd-9ba0-7251-b4d5-4c333d55123a', 'run-884d322c2b', 'globex', '-32602', 'Unknown tool: serch_orders', 'TOOL_NOT_FOUND', 'regex', 0.98, 'SKILL', 'MEDIUM', false, 'FALLBACK', 'Give the model the names that the server lists, and list them again if they changed.', false, false, 'tools/call', 4, '{"scope": "failcat.demo", "span_kind": "CLIENT", "span_name": "tools/call", "attributes": {"error.type": "-32602", "mcp.method.name": "tools/call", "rpc.jsonrpc.error_code": "-32602"}}', '2026-12-01 13:31:28.20783+00', '2026-12-01 13:31:28.20783+00', '2026-12-01 13:31:28.032182+00', '60a809ea82b88a059ced92cb7da6137e', '62322d8ff1077b89', 'failcat-demo', '741701e5c10d4d51', 'support-agent', '-32602', 'v2:ae262f6596875ddc', 'mcp.tool_not_found', 'c-e013233c', NULL),
	('01a231cd-9ba0-737a-b33b-a8068eb0cf92', 'run-a4f0e9104a', 'acme', '-32602', 'Unknown tool: serch_orders', 'TOOL_NOT_FOUND', 'regex', 0.98, 'SKILL', 'MEDIUM', false, 'FALLBACK', 'Give the model the names that the server lists, and list them again if they changed.', false, false, 'tools/call', 0, '{"scope": "failcat.demo", "span_kind": "CLIENT", "span_name": "tools/call", "attributes": {"error.type": "-32602", "mcp.method.name": "tools/call", "rpc.jsonrpc.error_code": "-32602"}}', '2026-12-01 13:31:28.20783+00', '2026-12-01 13:31:28.20783+00', '2026-12-01 13:31:28.032242+00', '7b6f59de09aaa38a357657779dc8af44', '7df048bddc2acaaa', 'failcat-demo', '32739feef2aca482', 'support-agent', '-32602', 'v2:ae262f6596875ddc', 'mcp.tool_not_found', 'c-e013233c', NULL),
	('01a231cd-9ba0-7582-a4db-5d82f35912cf', 'run-884d322c2b', 'globex', 'acme.planner.GoalDrift', 'goal ad3d997f7dee drifted after 934299 steps', NULL, 'unknown', 0, NULL, NULL, false, NULL, NULL, false, false, 'plan', 1, '{"scope": "failcat.demo", "span_kind": "CLIENT", "span_name": "plan", "attributes": {"error.type": "acme.planner.GoalDrift"}}', '2026-12-01 13:31:28.20783+00', '2026-12-01 13:31:28.20783+00', '2026-12-01 13:31:28.032076+00', '60a809ea82b88a059ced92cb7da6137e', 'b36074d1b0118f7a', 'failcat-demo', '741701e5c10d4d51', 'support-agent', 'acme.planner.GoalDrift', 'v2:47a98c0551a1230a', NULL, 'c-e013233c', NULL),
	('01a231cd-9ba0-7724-9bc1-808230d51fc0', 'run-1ceec8325d', 'globex', 'tool_error', 'order 201119 failed: warehouse answered nothing', 'TOOL_FAILED', 'code', 0.92, 'SKILL', 'MEDIUM', false, 'FALLBACK', 'Give the tool''s text back to the model; retry only if the tool is idempotent and the cause is passing.', false, false, 'execute_tool', 2, '{"scope": "failcat.demo", "span_kind": "CLIENT", "span_name": "execute_tool search_orders", "attributes": {"error.type": "tool_error", "gen_ai.tool.name": "search_orders"}}', '2026-12-01 13:31:28.20783+00', '2026-12-01 13:31:28.20783+00', '2026-12-01 13:31:28.032938+00', 'c7a697f6508305e166f4d9ef6c4a2eeb', '922ffcc09e76624d', 'failcat-demo', '9b148b15536cd1ab', 'support-agent', 'tool_error', 'v2:37ba325636ae1d6a', 'mcp.tool_error', 'c-e013233c', NULL),
	('01a231cd-9ba0-7867-9bb2-a2018b2af2ab', 'run-cc944eaada', 'acme', '-32602', 'Unknown tool: serch_orders', 'TOOL_NOT_FOUND', 'regex', 0.98, 'SKILL', 'MEDIUM', false, 'FALLBACK', 'Give the model the names that the server lists, and list them again if they changed.', false, false, 'tools/call', 3, '{"scope": "failcat.demo", "span_kind": "CLIENT", "span_name": "tools/call", "attributes": {"error.type": "-32602", "mcp.method.name": "tools/call", "rpc.jsonrpc.error_code": "-32602"}}', '2026-12-01 13:31:28.20783+00', '2026-12-01 13:31:28.20783+00', '2026-12-01 13:31:28.032536+00', '1fc3af68a06b13c108c6e7f6fb5aa501', '22c439174d020fc0', 'failcat-demo', '684fedebc419cbd6', 'support-agent', '-32602', 'v2:ae262f6596875ddc', 'mcp.tool_not_found', 'c-e013233c', NULL),
	('01a231cd-9ba0-7c5d-a2da-5753b81dba68', 'run-25828f8c51', 'acme', 'json.decoder.JSONDecodeError', 'Expecting '','' delimiter: line 115998 column 7 (char 913)', 'DESERIALIZATION_ERROR', 'type', 0.97, 'DATA', 'MEDIUM', true, 'RETRY_IMMEDIATE', 'Give the error back to the model and ask for plain JSON without a code fence, at most twice. Log the start of the text; repair the JSON if only its end is missing.', false, false, 'parse_answer', 2, '{"scope": "failcat.demo", "span_kind": "CLIENT", "span_name": "parse_answer", "attributes": {"error.type": "json.decoder.JSONDecodeError"}}', '2026-12-01 13:31:28.20783+00', '2026-12-01 13:31:28.20783+00', '2026-12-01 13:31:28.032833+00', '153f57b898b078a7ceac6e6bf08009bb', '1358046775bc1135', 'failcat-demo', '134a9ab044604e4e', 'research-agent', 'json.decoder.JSONDecodeError', 'v2:579998db6bcedeab', 'schema.json', 'c-e013233c', NULL),
	('01a231cd-9ba0-7dd1-a293-fcfc6ff73673', 'run-a4f0e9104a', 'acme', 'tool_error', 'order 616392 failed: warehouse answered nothing', 'TOOL_FAILED', 'code', 0.92, 'SKILL', 'MEDIUM', false, 'FALLBACK', 'Give the tool''s text back to the model; retry only if the tool is idempotent and the cause is passing.', false, false, 'execute_tool', 1, '{"scope": "failcat.demo", "span_kind": "CLIENT", "span_name": "execute_tool search_orders", "attributes": {"error.type": "tool_error", "gen_ai.tool.name": "search_orders"}}', '2026-12-01 13:31:28.20783+00', '2026-12-01 13:31:28.20783+00', '2026-12-01 13:31:28.032276+00', '7b6f59de09aaa38a357657779dc8af44', '06365a83f0be2562', 'failcat-demo', '32739feef2aca482', 'support-agent', 'tool_error', 'v2:37ba325636ae1d6a', 'mcp.tool_error', 'c-e013233c', NULL),
	('01a231cd-9ba0-7f2f-9a52-155e08f460a1', 'run-1ceec8325d', 'globex', 'json.decoder.JSONDecodeError', 'Expecting '','' delimiter: line 696752 column 7 (char 913)', 'DESERIALIZATION_ERROR', 'type', 0.97, 'DATA', 'MEDIUM', true, 'RETRY_IMMEDIATE', 'Give the error back to the model and ask for plain JSON without a code fence, at most twice. Log the start of the text; repair the JSON if only its end is missing.', false, false, 'parse_answer', 0, '{"scope": "failcat.demo", "span_kind": "CLIENT", "span_name": "parse_answer", "attributes": {"error.type": "json.decoder.JSONDecodeError"}}', '2026-12-01 13:31:28.20783+00', '2026-12-01 13:31:28.20783+00', '2026-12-01 13:31:28.032886+00', 'c7a697f6508305e166f4d9ef6c4a2eeb', '182e78944ed7704b', 'failcat-demo', '9b148b15536cd1ab', 'support-agent', 'json.decoder.JSONDecodeError', 'v2:579998db6bcedeab', 'schema.json', 'c-e013233c', NULL),
	('01a231cd-9ba1-7108-a43b-86f699dc694a', 'run-511d57b4ba', 'acme', 'acme.planner.GoalDrift', 'goal fbd7e3c0aba7 drifted after 930851 steps', NULL, 'unknown', 0, NULL, NULL, false, NULL, NULL, false, false, 'plan', 0, '{"scope": "failcat.demo", "span_kind": "CLIENT", "span_name": "plan", "attributes": {"error.type": "acme.planner.GoalDrift"}}', '2026-12-01 13:31:28.20783+00', '2026-12-01 13:31:28.20783+00', '2026-12-01 13:31:28.033222+00', 'a73a7166d091aa33a98d6b439c9d4f5a', 'c005c706ae397905', 'failcat-demo', 'b7da666f9a6d59de', 'billing-agent', 'acme.planner.GoalDrift', 'v2:47a98c0551a1230a', NULL, 'c-e013233c', NULL),
	('01a231cd-9ba1-728e-b3ef-462b39c93dbf', 'run-3724547a09', 'acme', 'ConnectionRefusedError', '[Errno 111] Connection refused', 'CONNECTION_REFUSED', 'type', 0.97, 'TRANSIENT', 'MEDIUM', true, 'RETRY_EXPONENTIAL', 'Check that the service is running and listens on this port. Retry with backoff; nothing was executed.', false, false, 'GET', 4, '{"scope": "failcat.demo", "span_kind": "CLIENT", "span_name": "GET /inventory", "attributes": {"error.type": "ConnectionRefusedError"}}', '2026-12-01 13:31:28.20783+00', '2026-12-01 13:31:28.20783+00', '2026-12-01 13:31:28.033514+00', 'ce0a38d68b89dd702a1e2153e7d0131b', '73bfbee91000bbbb', 'failcat-demo', 'ca212bdc58e8717d', 'billing-agent', 'ConnectionRefusedError', 'v2:e3d51c0af3d11179', 'python.connection_refused', 'c-e013233c', NULL),
	('01a231cd-9ba1-72ee-9259-31ea7fe31771', 'run-3f36837317', 'globex', 'tool_error', 'order 213942 failed: warehouse answered nothing', 'TOOL_FAILED', 'code', 0.92, 'SKILL', 'MEDIUM', false, 'FALLBACK', 'Give the tool''s text back to the model; retry only if the tool is idempotent and the cause is passing.', false, false, 'execute_tool', 4, '{"scope": "failcat.demo", "span_kind": "CLIENT", "span_name": "execute_tool search_orders", "attributes": {"error.type": "tool_error", "gen_ai.tool.name": "search_orders"}}', '2026-12-01 13:31:28.20783+00', '2026-12-01 13:31:28.20783+00', '2026-12-01 13:31:28.033138+00', 'd4bac3818a8c31dd85eb065c0fe27f25', 'cb9ee38eff20a1da', 'failcat-demo', '29e7a8673d32d512', 'support-agent', 'tool_error', 'v2:37ba325636ae1d6a', 'mcp.tool_error', 'c-e013233c', NULL),
	('01a231cd-9ba1-73ce-9dfa-376b6a26ee34', 'run-8c3c500b01', 'globex', '-32602', 'Unknown tool: serch_orders', 'TOOL_NOT_FOUND', 'regex', 0.98, 'SKILL', 'MEDIUM', false, 'FALLBACK', 'Give the model the names that the server lists, and list them again if they changed.', false, false, 'tools/call', 1, '{"scope": "failcat.demo", "span_kind": "CLIENT", "span_name": "tools/call", "attributes": {"error.type": "-32602", "mcp.method.name": "tools/call", "rpc.jsonrpc.error_code": "-32602"}}', '2026-12-01 13:31:28.20783+00', '2026-12-01 13:31:28.20783+00', '2026-12-01 13:31:28.033626+00', '8d8e19705943f0d91f79346ff1f7257d', '70095aa8935e0a52', 'failcat-demo', 'cc4a74ee34369244', 'billing-agent', '-32602', 'v2:ae262f6596875ddc', 'mcp.tool_not_found', 'c-e013233c', NULL),
	('01a231cd-9ba1-77cc-a175-5667228517d5', 'run-8c3c500b01', 'globex', 'tool_error', 'order 644371 failed: warehouse answered nothing', 'TOOL_FAILED', 'code', 0.92, 'SKILL', 'MEDIUM', false, 'FALLBACK', 'Give the tool''s text back to the model; retry only if the tool is idempotent and the cause is passing.', false, false, 'execute_tool', 2, '{"scope": "failcat.demo", "span_kind": "CLIENT", "span_name": "execute_tool search_orders", "attributes": {"error.type": "tool_error", "gen_ai.tool.name": "search_orders"}}', '2026-12-01 13:31:28.20783+00', '2026-12-01 13:31:28.20783+00', '2026-12-01 13:31:28.033656+00', '8d8e19705943f0d91f79346ff1f7257d', '906bfd2d3211812b', 'failcat-demo', 'cc4a74ee34369244', 'billing-agent', 'tool_error', 'v2:37ba325636ae1d6a', 'mcp.tool_error', 'c-e013233c', NULL),
	('01a231cd-9ba1-7914-957a-0c4172d14f14', 'run-3724547a09', 'acme', 'tool_error', 'order 31868 failed: warehouse answered nothing', 'TOOL_FAILED', 'code', 0.92, 'SKILL', 'MEDIUM', false, 'FALLBACK', 'Give the tool''s text back to the model; retry only if the tool is idempotent and the cause is passing.', false, false, 'execute_tool', 2, '{"scope": "failcat.demo", "span_kind": "CLIENT", "span_name": "execute_tool search_orders", "attributes": {"error.type": "tool_error", "gen_ai.tool.name": "search_orders"}}', '2026-12-01 13:31:28.20783+00', '2026-12-01 13:31:28.20783+00', '2026-12-01 13:31:28.033462+00', 'ce0a38d68b89dd702a1e2153e7d0131b', '42ff93b8750b46c3', 'failcat-demo', 'ca212bdc58e8717d', 'billing-agent', 'tool_error', 'v2:37ba325636ae1d6a', 'mcp.tool_error', 'c-e013233c', NULL),
	('01a231cd-9ba1-79b4-99f2-c9c2b84b0643', 'run-511d57b4ba', 'acme', 'json.decoder.JSONDecodeError', 'Expecting '','' delimiter: line 253862 column 7 (char 913)', 'DESERIALIZATION_ERROR', 'type', 0.97, 'DATA', 'MEDIUM', true, 'RETRY_IMMEDIATE', 'Give the error back to the model and ask for plain JSON without a code fence, at most twice. Log the start of the text; repair the JSON if only its end is missing.', false, false, 'parse_answer', 4, '{"scope": "failcat.demo", "span_kind": "CLIENT", "span_name": "parse_answer", "attributes": {"error.type": "json.decoder.JSONDecodeError"}}', '2026-12-01 13:31:28.20783+00', '2026-12-01 13:31:28.20783+00', '2026-12-01 13:31:28.033314+00', 'a73a7166d091aa33a98d6b439c9d4f5a', 'f965901c7aa03034', 'failcat-demo', 'b7da666f9a6d59de', 'billing-agent', 'json.decoder.JSONDecodeError', 'v2:579998db6bcedeab', 'schema.json', 'c-e013233c', NULL),
	('01a231cd-9bba-714f-9e42-0d0814d75ddb', 'run-517ba80cb1', 'acme', 'acme.planner.GoalDrift', 'goal d5fe12ffd280 drifted after 351189 steps', NULL, 'unknown', 0, NULL, NULL, false, NULL, NULL, false, false, 'plan', 0, '{"scope": "failcat.demo", "span_kind": "CLIENT", "span_name": "plan", "attributes": {"error.type": "acme.planner.GoalDrift"}}', '2026-12-01 13:31:28.20783+00', '2026-12-01 13:31:28.20783+00', '2026-12-01 13:31:28.058971+00', '6e8f90b6b5aa1082159efb79ee6caa39', '8302b8b6f4d0d093', 'failcat-demo', '30913535da669015', 'billing-agent', 'acme.planner.GoalDrift', 'v2:47a98c0551a1230a', NULL, 'c-e013233c', NULL),
	('01a231cd-9bba-7165-895c-ef174f71c1b0', 'run-8171678ec7', 'globex', 'json.decoder.JSONDecodeError', 'Expecting '','' delimiter: line 493641 column 7 (char 913)', 'DESERIALIZATION_ERROR', 'type', 0.97, 'DATA', 'MEDIUM', true, 'RETRY_IMMEDIATE', 'Give the error back to the model and ask for plain JSON without a code fence, at most twice. Log the start of the text; repair the JSON if only its end is missing.', false, false, 'parse_answer', 0, '{"scope": "failcat.demo", "span_kind": "CLIENT", "span_name": "parse_answer", "attributes": {"error.type": "json.decoder.JSONDecodeError"}}', '2026-12-01 13:31:28.20783+00', '2026-12-01 13:31:28.20783+00', '2026-12-01 13:31:28.058827+00', 'a581f826c3640eb40e6aceaee167492c', '2bdf0165275fa705', 'failcat-demo', 'e6c72c006a78c7e1', 'research-agent', 'json.decoder.JSONDecodeError', 'v2:579998db6bcedeab', 'schema.json', 'c-e013233c', NULL),
	('01a231cd-9bba-726a-b488-0e16e809ef4d', 'run-38dfd41108', 'acme', 'json.decoder.JSONDecodeError', 'Expecting '','' delimiter: line 48913 column 7 (char 913)', 'DESERIALIZATION_ERROR', 'type', 0.97, 'DATA', 'MEDIUM', true, 'RETRY_IMMEDIATE', 'Give the error back to the model and ask for plain JSON without a code fence, at most twice. Log the start of the text; repair the JSON if only its end is missing.', false, false, 'parse_answer', 4, '{"scope": "failcat.demo", "span_kind": "CLIENT", "span_name": "parse_answer", "attributes": {"error.type": "json.decoder.JSONDecodeError"}}', '2026-12-01 13:31:28.20783+00', '2026-12-01 13:31:28.20783+00', '2026-12-01 13:31:28.05822+00', 'f474dcf00b7939692f9ff3a8edff5538', '5bd6700c62954889', 'failcat-demo', '226c09203c49738b', 'billing-agent', 'json.decoder.JSONDecodeError', 'v2:579998db6bcedeab', 'schema.json', 'c-e013233c', NULL),
	('01a231cd-9bba-72c8-82e3-9607d592340b', 'run-dddc3a8caa', 'acme', '-32602', 'Unknown tool: serch_orders', 'TOOL_NOT_FOUND', 'regex', 0.98, 'SKILL', 'MEDIUM', false, 'FALLBACK', 'Give the model the names that the server lists, and list them again if they changed.', false, false, 'tools/call', 4, '{"scope": "failcat.demo", "span_kind": "CLIENT", "span_name": "tools/call", "attributes": {"error.type": "-32602", "mcp.method.name": "tools/call", "rpc.jsonrpc.error_code": "-32602"}}', '2026-12-01 13:31:28.20783+00', '2026-12-01 13:31:28.20783+00', '2026-12-01 13:31:28.058588+00', '98f841ecef2dfcefbf606fe48bccd57f', '2a89a891f9268d58', 'failcat-demo', '31c94d5a3634b3b7', 'research-agent', '-32602', 'v2:ae262f6596875ddc', 'mcp.tool_not_found', 'c-e013233c', NULL),
	('01a231cd-9bba-753a-ba9a-3e27e95c20c7', 'run-38dfd41108', 'acme', 'json.decoder.JSONDecodeError', 'Expecting '','' delimiter: line 297881 column 7 (char 913)', 'DESERIALIZATION_ERROR', 'type', 0.97, 'DATA', 'MEDIUM', true, 'RETRY_IMMEDIATE', 'Give the error back to the model and ask for plain JSON without a code fence, at most twice. Log the start of the text; repair the JSON if only its end is missing.', false, false, 'parse_answer', 1, '{"scope": "failcat.demo", "span_kind": "CLIENT", "span_name": "parse_answer", "attributes": {"error.type": "json.decoder.JSONDecodeError"}}', '2026-12-01 13:31:28.20783+00', '2026-12-01 13:31:28.20783+00', '2026-12-01 13:31:28.058117+00', 'f474dcf00b7939692f9ff3a8edff5538', '67c3b765bab36028', 'failcat-demo', '226c09203c49738b', 'billing-agent', 'json.decoder.JSONDecodeError', 'v2:579998db6bcedeab', 'schema.json', 'c-e013233c', NULL),
	('01a231cd-9bba-755c-b2ed-c6a5f5e15c67', 'run-38dfd41108', 'acme', 'invalid_request_error', 'prompt is too long: 220122 tokens > 200000 maximum', 'LLM_CONTEXT_EXCEEDED', 'regex', 0.98, 'SKILL', 'MEDIUM', false, 'FALLBACK', 'Compact or summarise the conversation, then retry once. Lower max_tokens or switch to a model with a larger window.', false, false, 'chat', 3, '{"scope": "failcat.demo", "span_kind": "CLIENT", "span_name": "chat claude-opus", "attributes": {"error.type": "invalid_request_error", "gen_ai.provider.name": "anthropic", "gen_ai.operation.name": "chat", "http.response.status_code": 400}}', '2026-12-01 13:31:28.20783+00', '2026-12-01 13:31:28.20783+00', '2026-12-01 13:31:28.058185+00', 'f474dcf00b7939692f9ff3a8edff5538', '5802a1cc4393e748', 'failcat-demo', '226c09203c49738b', 'billing-agent', 'invalid_request_error', 'v2:375a522dd745ac2b', 'anthropic.prompt_too_long', 'c-e013233c', NULL),
	('01a231cd-9bba-78d7-a99d-7fffaad74f06', 'run-8171678ec7', 'globex', 'invalid_request_error', 'prompt is too long: 350656 tokens > 200000 maximum', 'LLM_CONTEXT_EXCEEDED', 'regex', 0.98, 'SKILL', 'MEDIUM', false, 'FALLBACK', 'Compact or summarise the conversation, then retry once. Lower max_tokens or switch to a model with a larger window.', false, false, 'chat', 1, '{"scope": "failcat.demo", "span_kind": "CLIENT", "span_name": "chat claude-opus", "attributes": {"error.type": "invalid_request_error", "gen_ai.provider.name": "anthropic", "gen_ai.operation.name": "chat", "http.response.status_code": 400}}', '2026-12-01 13:31:28.20783+00', '2026-12-01 13:31:28.20783+00', '2026-12-01 13:31:28.058859+00', 'a581f826c3640eb40e6aceaee167492c', '6e07fae8c996fbd6', 'failcat-demo', 'e6c72c006a78c7e1', 'research-agent', 'invalid_request_error', 'v2:375a522dd745ac2b', 'anthropic.prompt_too_long', 'c-e013233c', NULL),
	('01a231cd-9bba-79d0-ab5c-c610f8ef3eec', 'run-914b94b4a7', 'globex', 'tool_error', 'order 31895 failed: warehouse answered nothing', 'TOOL_FAILED', 'code', 0.92, 'SKILL', 'MEDIUM', false, 'FALLBACK', 'Give the tool''s text back to the model; retry only if the tool is idempotent and the cause is passing.', false, false, 'execute_tool', 3, '{"scope": "failcat.demo", "span_kind": "CLIENT", "span_name": "execute_tool search_orders", "attributes": {"error.type": "tool_error", "gen_ai.tool.name": "search_orders"}}', '2026-12-01 13:31:28.20783+00', '2026-12-01 13:31:28.20783+00', '2026-12-01 13:31:28.058771+00', 'bb494ebe4c77b4bea1b7c6b6d4f34505', '2f2bc672637880d7', 'failcat-demo', '2bdc562b95e808ca', 'research-agent', 'tool_error', 'v2:37ba325636ae1d6a', 'mcp.tool_error', 'c-e013233c', NULL),
	('01a231cd-9bba-7b99-86fa-d298a5dc76c8', 'run-38dfd41108', 'acme', '-32602', 'Unknown tool: serch_orders', 'TOOL_NOT_FOUND', 'regex', 0.98, 'SKILL', 'MEDIUM', false, 'FALLBACK', 'Give the model the names that the server lists, and list them again if they changed.', false, false, 'tools/call', 2, '{"scope": "failcat.demo", "span_kind": "CLIENT", "span_name": "tools/call", "attributes": {"error.type": "-32602", "mcp.method.name": "tools/call", "rpc.jsonrpc.error_code": "-32602"}}', '2026-12-01 13:31:28.20783+00', '2026-12-01 13:31:28.20783+00', '2026-12-01 13:31:28.058152+00', 'f474dcf00b7939692f9ff3a8edff5538', 'de4abb7e9ce15fd6', 'failcat-demo', '226c09203c49738b', 'billing-agent', '-32602', 'v2:ae262f6596875ddc', 'mcp.tool_not_found', 'c-e013233c', NULL),
	('01a231cd-9bba-7cdc-998c-f755058dfd4c', 'run-dddc3a8caa', 'acme', 'json.decoder.JSONDecodeError', 'Expecting '','' delimiter: line 379077 column 7 (char 913)', 'DESERIALIZATION_ERROR', 'type', 0.97, 'DATA', 'MEDIUM', true, 'RETRY_IMMEDIATE', 'Give the error back to the model and ask for plain JSON without a code fence, at most twice. Log the start of the text; repair the JSON if only its end is missing.', false, false, 'parse_answer', 1, '{"scope": "failcat.demo", "span_kind": "CLIENT", "span_name": "parse_answer", "attributes": {"error.type": "json.decoder.JSONDecodeError"}}', '2026-12-01 13:31:28.20783+00', '2026-12-01 13:31:28.20783+00', '2026-12-01 13:31:28.058472+00', '98f841ecef2dfcefbf606fe48bccd57f', '7c154fbf45bc3097', 'failcat-demo', '31c94d5a3634b3b7', 'research-agent', 'json.decoder.JSONDecodeError', 'v2:579998db6bcedeab', 'schema.json', 'c-e013233c', NULL),
	('01a231cd-9bba-7dd3-b626-046fc0563d29', 'run-dddc3a8caa', 'acme', 'invalid_request_error', 'prompt is too long: 378333 tokens > 200000 maximum', 'LLM_CONTEXT_EXCEEDED', 'regex', 0.98, 'SKILL', 'MEDIUM', false, 'FALLBACK', 'Compact or summarise the conversation, then retry once. Lower max_tokens or switch to a model with a larger window.', false, false, 'chat', 2, '{"scope": "failcat.demo", "span_kind": "CLIENT", "span_name": "chat claude-opus", "attributes": {"error.type": "invalid_request_error", "gen_ai.provider.name": "anthropic", "gen_ai.operation.name": "chat", "http.response.status_code": 400}}', '2026-12-01 13:31:28.20783+00', '2026-12-01 13:31:28.20783+00', '2026-12-01 13:31:28.058507+00', '98f841ecef2dfcefbf606fe48bccd57f', 'fe53240d45a0e058', 'failcat-demo', '31c94d5a3634b3b7', 'research-agent', 'invalid_request_error', 'v2:375a522dd745ac2b', 'anthropic.prompt_too_long', 'c-e013233c', NULL),
	('01a231cd-9bba-7e8b-b891-08bcdcf474af', 'run-dddc3a8caa', 'acme', 'tool_error', 'order 803869 failed: warehouse answered nothing', 'TOOL_FAILED', 'code', 0.92, 'SKILL', 'MEDIUM', false, 'FALLBACK', 'Give the tool''s text back to the model; retry only if the tool is idempotent and the cause is passing.', false, false, 'execute_tool', 0, '{"scope": "failcat.demo", "span_kind": "CLIENT", "span_name": "execute_tool search_orders", "attributes": {"error.type": "tool_error", "gen_ai.tool.name": "search_orders"}}', '2026-12-01 13:31:28.20783+00', '2026-12-01 13:31:28.20783+00', '2026-12-01 13:31:28.058438+00', '98f841ecef2dfcefbf606fe48bccd57f', '5be43bdc87b3be24', 'failcat-demo', '31c94d5a3634b3b7', 'research-agent', 'tool_error', 'v2:37ba325636ae1d6a', 'mcp.tool_error', 'c-e013233c', NULL),
	('01a231cd-9bba-7f8f-82a7-077487394ddd', 'run-8171678ec7', 'globex', 'tool_error', 'order 547377 failed: warehouse answered nothing', 'TOOL_FAILED', 'code', 0.92, 'SKILL', 'MEDIUM', false, 'FALLBACK', 'Give the tool''s text back to the model; retry only if the tool is idempotent and the cause is passing.', false, false, 'execute_tool', 2, '{"scope": "failcat.demo", "span_kind": "CLIENT", "span_name": "execute_tool search_orders", "attributes": {"error.type": "tool_error", "gen_ai.tool.name": "search_orders"}}', '2026-12-01 13:31:28.20783+00', '2026-12-01 13:31:28.20783+00', '2026-12-01 13:31:28.058904+00', 'a581f826c3640eb40e6aceaee167492c', '515a73e36074c259', 'failcat-demo', 'e6c72c006a78c7e1', 'research-agent', 'tool_error', 'v2:37ba325636ae1d6a', 'mcp.tool_error', 'c-e013233c', NULL),
	('01a231cd-9bbb-7172-b94a-edda8feb1c7d', 'run-21996c2483', 'globex', 'acme.planner.GoalDrift', 'goal 92cdb8c8a7cd drifted after 834732 steps', NULL, 'unknown', 0, NULL, NULL, false, NULL, NULL, false, false, 'plan', 4, '{"scope": "failcat.demo", "span_kind": "CLIENT", "span_name": "plan", "attributes": {"error.type": "acme.planner.GoalDrift"}}', '2026-12-01 13:31:28.20783+00', '2026-12-01 13:31:28.20783+00', '2026-12-01 13:31:28.059732+00', 'c1f627992166b5d8148fdd9842403135', '2ca3eee38e757ce1', 'failcat-demo', '2cc46b96f07792c6', 'research-agent', 'acme.planner.GoalDrift', 'v2:47a98c0551a1230a', NULL, 'c-e013233c', NULL),
	('01a231cd-9bbb-7506-91be-6c1893ad96f5', 'run-2c69e58898', 'acme', 'ConnectionRefusedError', '[Errno 111] Connection refused', 'CONNECTION_REFUSED', 'type', 0.97, 'TRANSIENT', 'MEDIUM', true, 'RETRY_EXPONENTIAL', 'Check that the service is running and listens on this port. Retry with backoff; nothing was executed.', false, false, 'GET', 2, '{"scope": "failcat.demo", "span_kind": "CLIENT", "span_name": "GET /inventory", "attributes": {"error.type": "ConnectionRefusedError"}}', '2026-12-01 13:31:28.20783+00', '2026-12-01 13:31:28.20783+00', '2026-12-01 13:31:28.05931+00', 'e28b95d509655fb1e945cf84afe4f6ad', '15f670d5aaf5aeb6', 'failcat-demo', '4fd4596dc46973f2', 'support-agent', 'ConnectionRefusedError', 'v2:e3d51c0af3d11179', 'python.connection_refused', 'c-e013233c', NULL),
	('01a231cd-9bbb-7514-80ba-08ca8fe00673', 'run-174b2a354d', 'acme', 'acme.planner.GoalDrift', 'goal f0a9dcda13dc drifted after 644095 steps', NULL, 'unknown', 0, NULL, NULL, false, NULL, NULL, false, false, 'plan', 2, '{"scope": "failcat.demo", "span_kind": "CLIENT", "span_name": "plan", "attributes": {"error.type": "acme.planner.GoalDrift"}}', '2026-12-01 13:31:28.20783+00', '2026-12-01 13:31:28.20783+00', '2026-12-01 13:31:28.059482+00', '921c4eab76c536b3d00ee5b4cedee413', '29c214ff9e6dfbf3', 'failcat-demo', 'd8e785d2a3eece60', 'billing-agent', 'acme.planner.GoalDrift', 'v2:47a98c0551a1230a', NULL, 'c-e013233c', NULL),
	('01a231cd-9bbb-7567-b040-180220b0084e', 'run-4c77fcc353', 'acme', 'acme.planner.GoalDrift', 'goal 120f3342f63d drifted after 334152 steps', NULL, 'unknown', 0, NULL, NULL, false, NULL, NULL, false, false, 'plan', 2, '{"scope": "failcat.demo", "span_kind": "CLIENT", "span_name": "plan", "attributes": {"error.type": "acme.planner.GoalDrift"}}', '2026-12-01 13:31:28.20783+00', '2026-12-01 13:31:28.20783+00', '2026-12-01 13:31:28.059828+00', '6d9196573d21ddff20e3ef72bbffaa8e', '87635a02cd31e048', 'failcat-demo', '05eb350e836d9a78', 'support-agent', 'acme.planner.GoalDrift', 'v2:47a98c0551a1230a', NULL, 'c-e013233c', NULL),
	('01a231cd-9bbb-71fa-9f01-a29fb674053b', 'run-21996c2483', 'globex', 'overloaded_error', 'Overloaded', 'SERVICE_OVERLOADED', 'code', 1, 'TRANSIENT', 'MEDIUM', true, 'RETRY_EXPONENTIAL', 'Retry with backoff up to five times, then switch to another model or provider.', true, true, 'chat', 1, '{"scope": "failcat.demo", "span_kind": "CLIENT", "span_name": "chat claude-opus", "attributes": {"error.type": "overloaded_error", "gen_ai.provider.name": "anthropic", "gen_ai.operation.name": "chat", "http.response.status_code": 529}}', '2026-12-01 13:31:28.20783+00', '2026-12-01 13:31:28.357746+00', '2026-12-01 13:31:28.059593+00', 'c1f627992166b5d8148fdd9842403135', '0eb641edd4525d6a', 'failcat-demo', '2cc46b96f07792c6', 'research-agent', 'overloaded_error', 'v2:fa6f27aa31828a07', 'anthropic.overloaded', 'c-e013233c', NULL),
	('01a231cd-9bbb-7626-becb-bf2bd799f774', 'run-928276d82c', 'globex', 'json.decoder.JSONDecodeError', 'Expecting '','' delimiter: line 461941 column 7 (char 913)', 'DESERIALIZATION_ERROR', 'type', 0.97, 'DATA', 'MEDIUM', true, 'RETRY_IMMEDIATE', 'Give the error back to the model and ask for plain JSON without a code fence, at most twice. Log the start of the text; repair the JSON if only its end is missing.', false, false, 'parse_answer', 0, '{"scope": "failcat.demo", "span_kind": "CLIENT", "span_name": "parse_answer", "attributes": {"error.type": "json.decoder.JSONDecodeError"}}', '2026-12-01 13:31:28.20783+00', '2026-12-01 13:31:28.20783+00', '2026-12-01 13:31:28.060006+00', '04c8880000a96baa1f8629d31310f83a', 'c54cb40d26863a1c', 'failcat-demo', 'c3990f67f070f11d', 'support-agent', 'json.decoder.JSONDecodeError', 'v2:579998db6bcedeab', 'schema.json', 'c-e013233c', NULL),
	('01a231cd-9bbb-76ee-8c48-b4e6435fc832', 'run-174b2a354d', 'acme', 'tool_error', 'order 944125 failed: warehouse answered nothing', 'TOOL_FAILED', 'code', 0.92, 'SKILL', 'MEDIUM', false, 'FALLBACK', 'Give the tool''s text back to the model; retry only if the tool is idempotent and the cause is passing.', false, false, 'execute_tool', 1, '{"scope": "failcat.demo", "span_kind": "CLIENT", "span_name": "execute_tool search_orders", "attributes": {"error.type": "tool_error", "gen_ai.tool.name": "search_orders"}}', '2026-12-01 13:31:28.20783+00', '2026-12-01 13:31:28.20783+00', '2026-12-01 13:31:28.059451+00', '921c4eab76c536b3d00ee5b4cedee413', 'b3aebfa45c002e95', 'failcat-demo', 'd8e785d2a3eece60', 'billing-agent', 'tool_error', 'v2:37ba325636ae1d6a', 'mcp.tool_error', 'c-e013233c', NULL),
	('01a231cd-9bbb-7912-9780-42951260a4ab', 'run-2c69e58898', 'acme', 'acme.planner.GoalDrift', 'goal c2608ae742ea drifted after 2545 steps', NULL, 'unknown', 0, NULL, NULL, false, NULL, NULL, false, false, 'plan', 3, '{"scope": "failcat.demo", "span_kind": "CLIENT", "span_name": "plan", "attributes": {"error.type": "acme.planner.GoalDrift"}}', '2026-12-01 13:31:28.20783+00', '2026-12-01 13:31:28.20783+00', '2026-12-01 13:31:28.059346+00', 'e28b95d509655fb1e945cf84afe4f6ad', 'fac3d4e5778f38b9', 'failcat-demo', '4fd4596dc46973f2', 'support-agent', 'acme.planner.GoalDrift', 'v2:47a98c0551a1230a', NULL, 'c-e013233c', NULL),
	('01a231cd-9bbb-7936-aa12-ad8ad4abba69', 'run-21996c2483', 'globex', '-32602', 'Unknown tool: serch_orders', 'TOOL_NOT_FOUND', 'regex', 0.98, 'SKILL', 'MEDIUM', false, 'FALLBACK', 'Give the model the names that the server lists, and list them again if they changed.', false, false, 'tools/call', 2, '{"scope": "failcat.demo", "span_kind": "CLIENT", "span_name": "tools/call", "attributes": {"error.type": "-32602", "mcp.method.name": "tools/call", "rpc.jsonrpc.error_code": "-32602"}}', '2026-12-01 13:31:28.20783+00', '2026-12-01 13:31:28.20783+00', '2026-12-01 13:31:28.059646+00', 'c1f627992166b5d8148fdd9842403135', '530ae99d53ccc2b2', 'failcat-demo', '2cc46b96f07792c6', 'research-agent', '-32602', 'v2:ae262f6596875ddc', 'mcp.tool_not_found', 'c-e013233c', NULL),
	('01a231cd-9bbb-7c56-b82e-b4feef1ac6a7', 'run-2c69e58898', 'acme', 'acme.planner.GoalDrift', 'goal d6f52568c719 drifted after 748517 steps', NULL, 'unknown', 0, NULL, NULL, false, NULL, NULL, false, false, 'plan', 1, '{"scope": "failcat.demo", "span_kind": "CLIENT", "span_name": "plan", "attributes": {"error.type": "acme.planner.GoalDrift"}}', '2026-12-01 13:31:28.20783+00', '2026-12-01 13:31:28.20783+00', '2026-12-01 13:31:28.059279+00', 'e28b95d509655fb1e945cf84afe4f6ad', '67a6dfe53b08d142', 'failcat-demo', '4fd4596dc46973f2', 'support-agent', 'acme.planner.GoalDrift', 'v2:47a98c0551a1230a', NULL, 'c-e013233c', NULL);
INSERT INTO public.failure_matches_y2026w49 VALUES
	('01a231cd-9bbb-7d47-887c-131eb49141e8', 'run-2c69e58898', 'acme', 'json.decoder.JSONDecodeError', 'Expecting '','' delimiter: line 933409 column 7 (char 913)', 'DESERIALIZATION_ERROR', 'type', 0.97, 'DATA', 'MEDIUM', true, 'RETRY_IMMEDIATE', 'Give the error back to the model and ask for plain JSON without a code fence, at most twice. Log the start of the text; repair the JSON if only its end is missing.', false, false, 'parse_answer', 0, '{"scope": "failcat.demo", "span_kind": "CLIENT", "span_name": "parse_answer", "attributes": {"error.type": "json.decoder.JSONDecodeError"}}', '2026-12-01 13:31:28.20783+00', '2026-12-01 13:31:28.20783+00', '2026-12-01 13:31:28.059248+00', 'e28b95d509655fb1e945cf84afe4f6ad', '29473c64bc010f3a', 'failcat-demo', '4fd4596dc46973f2', 'support-agent', 'json.decoder.JSONDecodeError', 'v2:579998db6bcedeab', 'schema.json', 'c-e013233c', NULL),
	('01a231cd-9bbb-7d6b-90c8-fd0655740ac3', 'run-517ba80cb1', 'acme', 'acme.planner.GoalDrift', 'goal 73c3b5904e07 drifted after 271108 steps', NULL, 'unknown', 0, NULL, NULL, false, NULL, NULL, false, false, 'plan', 2, '{"scope": "failcat.demo", "span_kind": "CLIENT", "span_name": "plan", "attributes": {"error.type": "acme.planner.GoalDrift"}}', '2026-12-01 13:31:28.20783+00', '2026-12-01 13:31:28.20783+00', '2026-12-01 13:31:28.059026+00', '6e8f90b6b5aa1082159efb79ee6caa39', 'a982f23c02524946', 'failcat-demo', '30913535da669015', 'billing-agent', 'acme.planner.GoalDrift', 'v2:47a98c0551a1230a', NULL, 'c-e013233c', NULL),
	('01a231cd-9bbb-7dc0-8328-465805599318', 'run-174b2a354d', 'acme', 'tool_error', 'order 124531 failed: warehouse answered nothing', 'TOOL_FAILED', 'code', 0.92, 'SKILL', 'MEDIUM', false, 'FALLBACK', 'Give the tool''s text back to the model; retry only if the tool is idempotent and the cause is passing.', false, false, 'execute_tool', 0, '{"scope": "failcat.demo", "span_kind": "CLIENT", "span_name": "execute_tool search_orders", "attributes": {"error.type": "tool_error", "gen_ai.tool.name": "search_orders"}}', '2026-12-01 13:31:28.20783+00', '2026-12-01 13:31:28.20783+00', '2026-12-01 13:31:28.059421+00', '921c4eab76c536b3d00ee5b4cedee413', '38889b9c2e1892a8', 'failcat-demo', 'd8e785d2a3eece60', 'billing-agent', 'tool_error', 'v2:37ba325636ae1d6a', 'mcp.tool_error', 'c-e013233c', NULL),
	('01a231cd-9bbb-7e48-a1a3-630e90117cc2', 'run-cf03112e61', 'acme', '-32602', 'Unknown tool: serch_orders', 'TOOL_NOT_FOUND', 'regex', 0.98, 'SKILL', 'MEDIUM', false, 'FALLBACK', 'Give the model the names that the server lists, and list them again if they changed.', false, false, 'tools/call', 0, '{"scope": "failcat.demo", "span_kind": "CLIENT", "span_name": "tools/call", "attributes": {"error.type": "-32602", "mcp.method.name": "tools/call", "rpc.jsonrpc.error_code": "-32602"}}', '2026-12-01 13:31:28.20783+00', '2026-12-01 13:31:28.20783+00', '2026-12-01 13:31:28.059151+00', '7cc8c969d1a153f87fbf83c11aa11768', '0c9642caaf6b0cfb', 'failcat-demo', '9872d4fb6469970b', 'billing-agent', '-32602', 'v2:ae262f6596875ddc', 'mcp.tool_not_found', 'c-e013233c', NULL),
	('01a231cd-9bbb-7e53-9e3c-ecf0eb224c7a', 'run-517ba80cb1', 'acme', 'ConnectionRefusedError', '[Errno 111] Connection refused', 'CONNECTION_REFUSED', 'type', 0.97, 'TRANSIENT', 'MEDIUM', true, 'RETRY_EXPONENTIAL', 'Check that the service is running and listens on this port. Retry with backoff; nothing was executed.', false, false, 'GET', 3, '{"scope": "failcat.demo", "span_kind": "CLIENT", "span_name": "GET /inventory", "attributes": {"error.type": "ConnectionRefusedError"}}', '2026-12-01 13:31:28.20783+00', '2026-12-01 13:31:28.20783+00', '2026-12-01 13:31:28.059058+00', '6e8f90b6b5aa1082159efb79ee6caa39', '1144dd1a67792442', 'failcat-demo', '30913535da669015', 'billing-agent', 'ConnectionRefusedError', 'v2:e3d51c0af3d11179', 'python.connection_refused', 'c-e013233c', NULL),
	('01a231cd-9bbc-711e-9435-58d78f9d974f', 'run-2704f37806', 'acme', 'tool_error', 'order 868405 failed: warehouse answered nothing', 'TOOL_FAILED', 'code', 0.92, 'SKILL', 'MEDIUM', false, 'FALLBACK', 'Give the tool''s text back to the model; retry only if the tool is idempotent and the cause is passing.', false, false, 'execute_tool', 1, '{"scope": "failcat.demo", "span_kind": "CLIENT", "span_name": "execute_tool search_orders", "attributes": {"error.type": "tool_error", "gen_ai.tool.name": "search_orders"}}', '2026-12-01 13:31:28.20783+00', '2026-12-01 13:31:28.20783+00', '2026-12-01 13:31:28.060619+00', '25bfa2d16d034a20656e1682dbabfea1', '9913bdb27059720f', 'failcat-demo', 'ddc2afa5809a59cd', 'research-agent', 'tool_error', 'v2:37ba325636ae1d6a', 'mcp.tool_error', 'c-e013233c', NULL),
	('01a231cd-9bbc-7157-aefc-67837fe8313f', 'run-2704f37806', 'acme', 'ConnectionRefusedError', '[Errno 111] Connection refused', 'CONNECTION_REFUSED', 'type', 0.97, 'TRANSIENT', 'MEDIUM', true, 'RETRY_EXPONENTIAL', 'Check that the service is running and listens on this port. Retry with backoff; nothing was executed.', false, false, 'GET', 4, '{"scope": "failcat.demo", "span_kind": "CLIENT", "span_name": "GET /inventory", "attributes": {"error.type": "ConnectionRefusedError"}}', '2026-12-01 13:31:28.20783+00', '2026-12-01 13:31:28.20783+00', '2026-12-01 13:31:28.060719+00', '25bfa2d16d034a20656e1682dbabfea1', '2363e9a76352806e', 'failcat-demo', 'ddc2afa5809a59cd', 'research-agent', 'ConnectionRefusedError', 'v2:e3d51c0af3d11179', 'python.connection_refused', 'c-e013233c', NULL),
	('01a231cd-9bbc-72ae-82c4-65b0d740fd0c', 'run-ead7cb90f3', 'globex', 'tool_error', 'order 792390 failed: warehouse answered nothing', 'TOOL_FAILED', 'code', 0.92, 'SKILL', 'MEDIUM', false, 'FALLBACK', 'Give the tool''s text back to the model; retry only if the tool is idempotent and the cause is passing.', false, false, 'execute_tool', 0, '{"scope": "failcat.demo", "span_kind": "CLIENT", "span_name": "execute_tool search_orders", "attributes": {"error.type": "tool_error", "gen_ai.tool.name": "search_orders"}}', '2026-12-01 13:31:28.20783+00', '2026-12-01 13:31:28.20783+00', '2026-12-01 13:31:28.060295+00', 'f3ffd4e914b62be4206265cb5ec5d64c', '0c8697eff77287e4', 'failcat-demo', '9b626c786fd2f237', 'billing-agent', 'tool_error', 'v2:37ba325636ae1d6a', 'mcp.tool_error', 'c-e013233c', NULL),
	('01a231cd-9bbc-73f5-893d-6e6a2d2f7ea3', 'run-79bad090b3', 'acme', 'ConnectionRefusedError', '[Errno 111] Connection refused', 'CONNECTION_REFUSED', 'type', 0.97, 'TRANSIENT', 'MEDIUM', true, 'RETRY_EXPONENTIAL', 'Check that the service is running and listens on this port. Retry with backoff; nothing was executed.', false, false, 'GET', 2, '{"scope": "failcat.demo", "span_kind": "CLIENT", "span_name": "GET /inventory", "attributes": {"error.type": "ConnectionRefusedError"}}', '2026-12-01 13:31:28.20783+00', '2026-12-01 13:31:28.20783+00', '2026-12-01 13:31:28.060219+00', '84af4739bb9b57b664228e77da838e49', 'e0145e1a5c297f00', 'failcat-demo', '7e2a0ec65eeeb0f8', 'billing-agent', 'ConnectionRefusedError', 'v2:e3d51c0af3d11179', 'python.connection_refused', 'c-e013233c', NULL),
	('01a231cd-9bbc-742a-bdbb-e96dcd4756b2', 'run-5f2bbe1f2a', 'globex', 'acme.planner.GoalDrift', 'goal cb8491c0c46a drifted after 505685 steps', NULL, 'unknown', 0, NULL, NULL, false, NULL, NULL, false, false, 'plan', 1, '{"scope": "failcat.demo", "span_kind": "CLIENT", "span_name": "plan", "attributes": {"error.type": "acme.planner.GoalDrift"}}', '2026-12-01 13:31:28.20783+00', '2026-12-01 13:31:28.20783+00', '2026-12-01 13:31:28.060908+00', '70016a313d41baef3a75e1089bc44361', '32d830be8ab7b075', 'failcat-demo', 'ea6f935bec4f53c8', 'support-agent', 'acme.planner.GoalDrift', 'v2:47a98c0551a1230a', NULL, 'c-e013233c', NULL),
	('01a231cd-9bbc-76b6-a8ef-e4955fe844ee', 'run-79bad090b3', 'acme', 'tool_error', 'order 391806 failed: warehouse answered nothing', 'TOOL_FAILED', 'code', 0.92, 'SKILL', 'MEDIUM', false, 'FALLBACK', 'Give the tool''s text back to the model; retry only if the tool is idempotent and the cause is passing.', false, false, 'execute_tool', 0, '{"scope": "failcat.demo", "span_kind": "CLIENT", "span_name": "execute_tool search_orders", "attributes": {"error.type": "tool_error", "gen_ai.tool.name": "search_orders"}}', '2026-12-01 13:31:28.20783+00', '2026-12-01 13:31:28.20783+00', '2026-12-01 13:31:28.060168+00', '84af4739bb9b57b664228e77da838e49', '5cfe90b945e60471', 'failcat-demo', '7e2a0ec65eeeb0f8', 'billing-agent', 'tool_error', 'v2:37ba325636ae1d6a', 'mcp.tool_error', 'c-e013233c', NULL),
	('01a231cd-9bbc-7aaa-a124-b32b4ea963a9', 'run-928276d82c', 'globex', 'invalid_request_error', 'prompt is too long: 386105 tokens > 200000 maximum', 'LLM_CONTEXT_EXCEEDED', 'regex', 0.98, 'SKILL', 'MEDIUM', false, 'FALLBACK', 'Compact or summarise the conversation, then retry once. Lower max_tokens or switch to a model with a larger window.', false, false, 'chat', 3, '{"scope": "failcat.demo", "span_kind": "CLIENT", "span_name": "chat claude-opus", "attributes": {"error.type": "invalid_request_error", "gen_ai.provider.name": "anthropic", "gen_ai.operation.name": "chat", "http.response.status_code": 400}}', '2026-12-01 13:31:28.20783+00', '2026-12-01 13:31:28.20783+00', '2026-12-01 13:31:28.060108+00', '04c8880000a96baa1f8629d31310f83a', '3800ff9e5c67f7df', 'failcat-demo', 'c3990f67f070f11d', 'support-agent', 'invalid_request_error', 'v2:375a522dd745ac2b', 'anthropic.prompt_too_long', 'c-e013233c', NULL),
	('01a231cd-9bbc-7d40-b004-9ae7b1fd5d2b', 'run-5f2bbe1f2a', 'globex', 'tool_error', 'order 458645 failed: warehouse answered nothing', 'TOOL_FAILED', 'code', 0.92, 'SKILL', 'MEDIUM', false, 'FALLBACK', 'Give the tool''s text back to the model; retry only if the tool is idempotent and the cause is passing.', false, false, 'execute_tool', 2, '{"scope": "failcat.demo", "span_kind": "CLIENT", "span_name": "execute_tool search_orders", "attributes": {"error.type": "tool_error", "gen_ai.tool.name": "search_orders"}}', '2026-12-01 13:31:28.20783+00', '2026-12-01 13:31:28.20783+00', '2026-12-01 13:31:28.060938+00', '70016a313d41baef3a75e1089bc44361', '2c45441b2d494cf0', 'failcat-demo', 'ea6f935bec4f53c8', 'support-agent', 'tool_error', 'v2:37ba325636ae1d6a', 'mcp.tool_error', 'c-e013233c', NULL),
	('01a231cd-9bbc-7de9-905a-f4fa2df67b25', 'run-7851bb8390', 'globex', 'tool_error', 'order 472525 failed: warehouse answered nothing', 'TOOL_FAILED', 'code', 0.92, 'SKILL', 'MEDIUM', false, 'FALLBACK', 'Give the tool''s text back to the model; retry only if the tool is idempotent and the cause is passing.', false, false, 'execute_tool', 2, '{"scope": "failcat.demo", "span_kind": "CLIENT", "span_name": "execute_tool search_orders", "attributes": {"error.type": "tool_error", "gen_ai.tool.name": "search_orders"}}', '2026-12-01 13:31:28.20783+00', '2026-12-01 13:31:28.20783+00', '2026-12-01 13:31:28.060491+00', '419379587c0de8fbd30100a48d186dd0', 'eff2b5463a53c19c', 'failcat-demo', 'cc4aca347695284d', 'billing-agent', 'tool_error', 'v2:37ba325636ae1d6a', 'mcp.tool_error', 'c-e013233c', NULL),
	('01a231cd-9bbd-700f-b14d-f931b16954bf', 'run-82ad66a6fc', 'globex', 'json.decoder.JSONDecodeError', 'Expecting '','' delimiter: line 914145 column 7 (char 913)', 'DESERIALIZATION_ERROR', 'type', 0.97, 'DATA', 'MEDIUM', true, 'RETRY_IMMEDIATE', 'Give the error back to the model and ask for plain JSON without a code fence, at most twice. Log the start of the text; repair the JSON if only its end is missing.', false, false, 'parse_answer', 2, '{"scope": "failcat.demo", "span_kind": "CLIENT", "span_name": "parse_answer", "attributes": {"error.type": "json.decoder.JSONDecodeError"}}', '2026-12-01 13:31:28.20783+00', '2026-12-01 13:31:28.20783+00', '2026-12-01 13:31:28.061608+00', '3bbd986b4e8e6a0490f7564962d1d58e', '50274529b5f5122f', 'failcat-demo', '25eb0ad18c828069', 'research-agent', 'json.decoder.JSONDecodeError', 'v2:579998db6bcedeab', 'schema.json', 'c-e013233c', NULL),
	('01a231cd-9bbd-70a9-8857-a7243e530305', 'run-82ad66a6fc', 'globex', 'json.decoder.JSONDecodeError', 'Expecting '','' delimiter: line 247751 column 7 (char 913)', 'DESERIALIZATION_ERROR', 'type', 0.97, 'DATA', 'MEDIUM', true, 'RETRY_IMMEDIATE', 'Give the error back to the model and ask for plain JSON without a code fence, at most twice. Log the start of the text; repair the JSON if only its end is missing.', false, false, 'parse_answer', 3, '{"scope": "failcat.demo", "span_kind": "CLIENT", "span_name": "parse_answer", "attributes": {"error.type": "json.decoder.JSONDecodeError"}}', '2026-12-01 13:31:28.20783+00', '2026-12-01 13:31:28.20783+00', '2026-12-01 13:31:28.061639+00', '3bbd986b4e8e6a0490f7564962d1d58e', 'c0573276466ca0e3', 'failcat-demo', '25eb0ad18c828069', 'research-agent', 'json.decoder.JSONDecodeError', 'v2:579998db6bcedeab', 'schema.json', 'c-e013233c', NULL),
	('01a231cd-9bbd-70b8-a1bb-f04750e5dac8', 'run-37d759e5e5', 'globex', '-32602', 'Unknown tool: serch_orders', 'TOOL_NOT_FOUND', 'regex', 0.98, 'SKILL', 'MEDIUM', false, 'FALLBACK', 'Give the model the names that the server lists, and list them again if they changed.', false, false, 'tools/call', 1, '{"scope": "failcat.demo", "span_kind": "CLIENT", "span_name": "tools/call", "attributes": {"error.type": "-32602", "mcp.method.name": "tools/call", "rpc.jsonrpc.error_code": "-32602"}}', '2026-12-01 13:31:28.20783+00', '2026-12-01 13:31:28.20783+00', '2026-12-01 13:31:28.061278+00', '9faf92c6477835e7792ffcc3173f0496', 'af891e5e8f87f03e', 'failcat-demo', '8a7e16f2fbdf5ef7', 'research-agent', '-32602', 'v2:ae262f6596875ddc', 'mcp.tool_not_found', 'c-e013233c', NULL),
	('01a231cd-9bbd-70fc-aab2-46f3721ebafd', 'run-108370bfc9', 'acme', 'invalid_request_error', 'prompt is too long: 326666 tokens > 200000 maximum', 'LLM_CONTEXT_EXCEEDED', 'regex', 0.98, 'SKILL', 'MEDIUM', false, 'FALLBACK', 'Compact or summarise the conversation, then retry once. Lower max_tokens or switch to a model with a larger window.', false, false, 'chat', 5, '{"scope": "failcat.demo", "span_kind": "CLIENT", "span_name": "chat claude-opus", "attributes": {"error.type": "invalid_request_error", "gen_ai.provider.name": "anthropic", "gen_ai.operation.name": "chat", "http.response.status_code": 400}}', '2026-12-01 13:31:28.20783+00', '2026-12-01 13:31:28.20783+00', '2026-12-01 13:31:28.061191+00', '10e93ef490109c733ec5d57e2c55e5fa', '43a60c1206930b68', 'failcat-demo', 'd0f3eddee1d8b26f', 'billing-agent', 'invalid_request_error', 'v2:375a522dd745ac2b', 'anthropic.prompt_too_long', 'c-e013233c', NULL),
	('01a231cd-9bbd-7196-ac9e-834aae4e98ec', 'run-e71a3da490', 'acme', 'json.decoder.JSONDecodeError', 'Expecting '','' delimiter: line 185721 column 7 (char 913)', 'DESERIALIZATION_ERROR', 'type', 0.97, 'DATA', 'MEDIUM', true, 'RETRY_IMMEDIATE', 'Give the error back to the model and ask for plain JSON without a code fence, at most twice. Log the start of the text; repair the JSON if only its end is missing.', false, false, 'parse_answer', 1, '{"scope": "failcat.demo", "span_kind": "CLIENT", "span_name": "parse_answer", "attributes": {"error.type": "json.decoder.JSONDecodeError"}}', '2026-12-01 13:31:28.20783+00', '2026-12-01 13:31:28.20783+00', '2026-12-01 13:31:28.061431+00', '86fffae143d8f63a982240caca084174', 'b98c09522d34d063', 'failcat-demo', '04f998a347aaaf86', 'billing-agent', 'json.decoder.JSONDecodeError', 'v2:579998db6bcedeab', 'schema.json', 'c-e013233c', NULL),
	('01a231cd-9bbd-74f9-93f3-2b98aacc8532', 'run-108370bfc9', 'acme', 'invalid_request_error', 'prompt is too long: 75934 tokens > 200000 maximum', 'LLM_CONTEXT_EXCEEDED', 'regex', 0.98, 'SKILL', 'MEDIUM', false, 'FALLBACK', 'Compact or summarise the conversation, then retry once. Lower max_tokens or switch to a model with a larger window.', false, false, 'chat', 1, '{"scope": "failcat.demo", "span_kind": "CLIENT", "span_name": "chat claude-opus", "attributes": {"error.type": "invalid_request_error", "gen_ai.provider.name": "anthropic", "gen_ai.operation.name": "chat", "http.response.status_code": 400}}', '2026-12-01 13:31:28.20783+00', '2026-12-01 13:31:28.20783+00', '2026-12-01 13:31:28.061061+00', '10e93ef490109c733ec5d57e2c55e5fa', 'a754ef71154dbb27', 'failcat-demo', 'd0f3eddee1d8b26f', 'billing-agent', 'invalid_request_error', 'v2:375a522dd745ac2b', 'anthropic.prompt_too_long', 'c-e013233c', NULL),
	('01a231cd-9bbd-75e3-b0d0-76460481b516', 'run-e71a3da490', 'acme', 'invalid_request_error', 'prompt is too long: 918329 tokens > 200000 maximum', 'LLM_CONTEXT_EXCEEDED', 'regex', 0.98, 'SKILL', 'MEDIUM', false, 'FALLBACK', 'Compact or summarise the conversation, then retry once. Lower max_tokens or switch to a model with a larger window.', false, false, 'chat', 2, '{"scope": "failcat.demo", "span_kind": "CLIENT", "span_name": "chat claude-opus", "attributes": {"error.type": "invalid_request_error", "gen_ai.provider.name": "anthropic", "gen_ai.operation.name": "chat", "http.response.status_code": 400}}', '2026-12-01 13:31:28.20783+00', '2026-12-01 13:31:28.20783+00', '2026-12-01 13:31:28.061466+00', '86fffae143d8f63a982240caca084174', '16c15aa69c94923b', 'failcat-demo', '04f998a347aaaf86', 'billing-agent', 'invalid_request_error', 'v2:375a522dd745ac2b', 'anthropic.prompt_too_long', 'c-e013233c', NULL),
	('01a231cd-9bbd-7605-bf6d-4876b4af7cd4', 'run-108370bfc9', 'acme', 'invalid_request_error', 'prompt is too long: 517906 tokens > 200000 maximum', 'LLM_CONTEXT_EXCEEDED', 'regex', 0.98, 'SKILL', 'MEDIUM', false, 'FALLBACK', 'Compact or summarise the conversation, then retry once. Lower max_tokens or switch to a model with a larger window.', false, false, 'chat', 2, '{"scope": "failcat.demo", "span_kind": "CLIENT", "span_name": "chat claude-opus", "attributes": {"error.type": "invalid_request_error", "gen_ai.provider.name": "anthropic", "gen_ai.operation.name": "chat", "http.response.status_code": 400}}', '2026-12-01 13:31:28.20783+00', '2026-12-01 13:31:28.20783+00', '2026-12-01 13:31:28.061093+00', '10e93ef490109c733ec5d57e2c55e5fa', 'e4727d00ffb06524', 'failcat-demo', 'd0f3eddee1d8b26f', 'billing-agent', 'invalid_request_error', 'v2:375a522dd745ac2b', 'anthropic.prompt_too_long', 'c-e013233c', NULL),
	('01a231cd-9bbd-773d-a3c3-496f2e09e084', 'run-e71a3da490', 'acme', '-32602', 'Unknown tool: serch_orders', 'TOOL_NOT_FOUND', 'regex', 0.98, 'SKILL', 'MEDIUM', false, 'FALLBACK', 'Give the model the names that the server lists, and list them again if they changed.', false, false, 'tools/call', 3, '{"scope": "failcat.demo", "span_kind": "CLIENT", "span_name": "tools/call", "attributes": {"error.type": "-32602", "mcp.method.name": "tools/call", "rpc.jsonrpc.error_code": "-32602"}}', '2026-12-01 13:31:28.20783+00', '2026-12-01 13:31:28.20783+00', '2026-12-01 13:31:28.061495+00', '86fffae143d8f63a982240caca084174', '7273e4dcd4dd43f1', 'failcat-demo', '04f998a347aaaf86', 'billing-agent', '-32602', 'v2:ae262f6596875ddc', 'mcp.tool_not_found', 'c-e013233c', NULL),
	('01a231cd-9bbd-77ff-9e9c-dfee6335cec0', 'run-82ad66a6fc', 'globex', '-32602', 'Unknown tool: serch_orders', 'TOOL_NOT_FOUND', 'regex', 0.98, 'SKILL', 'MEDIUM', false, 'FALLBACK', 'Give the model the names that the server lists, and list them again if they changed.', false, false, 'tools/call', 1, '{"scope": "failcat.demo", "span_kind": "CLIENT", "span_name": "tools/call", "attributes": {"error.type": "-32602", "mcp.method.name": "tools/call", "rpc.jsonrpc.error_code": "-32602"}}', '2026-12-01 13:31:28.20783+00', '2026-12-01 13:31:28.20783+00', '2026-12-01 13:31:28.06158+00', '3bbd986b4e8e6a0490f7564962d1d58e', 'fd8bcd91396c1af9', 'failcat-demo', '25eb0ad18c828069', 'research-agent', '-32602', 'v2:ae262f6596875ddc', 'mcp.tool_not_found', 'c-e013233c', NULL),
	('01a231cd-9bbd-787f-ba8c-705ea043ca84', 'run-108370bfc9', 'acme', 'tool_error', 'order 351251 failed: warehouse answered nothing', 'TOOL_FAILED', 'code', 0.92, 'SKILL', 'MEDIUM', false, 'FALLBACK', 'Give the tool''s text back to the model; retry only if the tool is idempotent and the cause is passing.', false, false, 'execute_tool', 3, '{"scope": "failcat.demo", "span_kind": "CLIENT", "span_name": "execute_tool search_orders", "attributes": {"error.type": "tool_error", "gen_ai.tool.name": "search_orders"}}', '2026-12-01 13:31:28.20783+00', '2026-12-01 13:31:28.20783+00', '2026-12-01 13:31:28.061126+00', '10e93ef490109c733ec5d57e2c55e5fa', '092c969c312e06b6', 'failcat-demo', 'd0f3eddee1d8b26f', 'billing-agent', 'tool_error', 'v2:37ba325636ae1d6a', 'mcp.tool_error', 'c-e013233c', NULL),
	('01a231cd-9bbd-7a4e-8af9-d3e8220b656e', 'run-108370bfc9', 'acme', 'json.decoder.JSONDecodeError', 'Expecting '','' delimiter: line 928795 column 7 (char 913)', 'DESERIALIZATION_ERROR', 'type', 0.97, 'DATA', 'MEDIUM', true, 'RETRY_IMMEDIATE', 'Give the error back to the model and ask for plain JSON without a code fence, at most twice. Log the start of the text; repair the JSON if only its end is missing.', false, false, 'parse_answer', 4, '{"scope": "failcat.demo", "span_kind": "CLIENT", "span_name": "parse_answer", "attributes": {"error.type": "json.decoder.JSONDecodeError"}}', '2026-12-01 13:31:28.20783+00', '2026-12-01 13:31:28.20783+00', '2026-12-01 13:31:28.061162+00', '10e93ef490109c733ec5d57e2c55e5fa', '96ef1c16601f8207', 'failcat-demo', 'd0f3eddee1d8b26f', 'billing-agent', 'json.decoder.JSONDecodeError', 'v2:579998db6bcedeab', 'schema.json', 'c-e013233c', NULL),
	('01a231cd-9bbd-7b1d-94ba-de794a661de7', 'run-82ad66a6fc', 'globex', 'tool_error', 'order 466936 failed: warehouse answered nothing', 'TOOL_FAILED', 'code', 0.92, 'SKILL', 'MEDIUM', false, 'FALLBACK', 'Give the tool''s text back to the model; retry only if the tool is idempotent and the cause is passing.', false, false, 'execute_tool', 0, '{"scope": "failcat.demo", "span_kind": "CLIENT", "span_name": "execute_tool search_orders", "attributes": {"error.type": "tool_error", "gen_ai.tool.name": "search_orders"}}', '2026-12-01 13:31:28.20783+00', '2026-12-01 13:31:28.20783+00', '2026-12-01 13:31:28.061548+00', '3bbd986b4e8e6a0490f7564962d1d58e', 'adaf57bbf1bb804d', 'failcat-demo', '25eb0ad18c828069', 'research-agent', 'tool_error', 'v2:37ba325636ae1d6a', 'mcp.tool_error', 'c-e013233c', NULL),
	('01a231cd-9bbd-7ddb-bfd3-b784b86886c2', 'run-37d759e5e5', 'globex', 'tool_error', 'order 962329 failed: warehouse answered nothing', 'TOOL_FAILED', 'code', 0.92, 'SKILL', 'MEDIUM', false, 'FALLBACK', 'Give the tool''s text back to the model; retry only if the tool is idempotent and the cause is passing.', false, false, 'execute_tool', 0, '{"scope": "failcat.demo", "span_kind": "CLIENT", "span_name": "execute_tool search_orders", "attributes": {"error.type": "tool_error", "gen_ai.tool.name": "search_orders"}}', '2026-12-01 13:31:28.20783+00', '2026-12-01 13:31:28.20783+00', '2026-12-01 13:31:28.061244+00', '9faf92c6477835e7792ffcc3173f0496', '1f58013a54c3049e', 'failcat-demo', '8a7e16f2fbdf5ef7', 'research-agent', 'tool_error', 'v2:37ba325636ae1d6a', 'mcp.tool_error', 'c-e013233c', NULL),
	('01a231cd-9bbd-7f99-8e2e-b9974dbc6d9e', 'run-e71a3da490', 'acme', 'acme.planner.GoalDrift', 'goal abc11538c1a1 drifted after 747454 steps', NULL, 'unknown', 0, NULL, NULL, false, NULL, NULL, false, false, 'plan', 0, '{"scope": "failcat.demo", "span_kind": "CLIENT", "span_name": "plan", "attributes": {"error.type": "acme.planner.GoalDrift"}}', '2026-12-01 13:31:28.20783+00', '2026-12-01 13:31:28.20783+00', '2026-12-01 13:31:28.0614+00', '86fffae143d8f63a982240caca084174', 'cd699d44d28ce252', 'failcat-demo', '04f998a347aaaf86', 'billing-agent', 'acme.planner.GoalDrift', 'v2:47a98c0551a1230a', NULL, 'c-e013233c', NULL),
	('01a231cd-9bd0-704a-9214-e2c35b5d8643', 'run-84c377f90d', 'acme', '-32602', 'Unknown tool: serch_orders', 'TOOL_NOT_FOUND', 'regex', 0.98, 'SKILL', 'MEDIUM', false, 'FALLBACK', 'Give the model the names that the server lists, and list them again if they changed.', false, false, 'tools/call', 1, '{"scope": "failcat.demo", "span_kind": "CLIENT", "span_name": "tools/call", "attributes": {"error.type": "-32602", "mcp.method.name": "tools/call", "rpc.jsonrpc.error_code": "-32602"}}', '2026-12-01 13:31:28.20783+00', '2026-12-01 13:31:28.20783+00', '2026-12-01 13:31:28.080449+00', '9f1de62cd9120dec341c0c3a5b9c6c25', 'd51067b232d7c561', 'failcat-demo', '84804249c9cec862', 'billing-agent', '-32602', 'v2:ae262f6596875ddc', 'mcp.tool_not_found', 'c-e013233c', NULL),
	('01a231cd-9bd0-7f2c-904d-ed9da0bc3fd9', 'run-84c377f90d', 'acme', 'tool_error', 'order 526949 failed: warehouse answered nothing', 'TOOL_FAILED', 'code', 0.92, 'SKILL', 'MEDIUM', false, 'FALLBACK', 'Give the tool''s text back to the model; retry only if the tool is idempotent and the cause is passing.', false, false, 'execute_tool', 0, '{"scope": "failcat.demo", "span_kind": "CLIENT", "span_name": "execute_tool search_orders", "attributes": {"error.type": "tool_error", "gen_ai.tool.name": "search_orders"}}', '2026-12-01 13:31:28.20783+00', '2026-12-01 13:31:28.20783+00', '2026-12-01 13:31:28.080406+00', '9f1de62cd9120dec341c0c3a5b9c6c25', '2346de71363230f2', 'failcat-demo', '84804249c9cec862', 'billing-agent', 'tool_error', 'v2:37ba325636ae1d6a', 'mcp.tool_error', 'c-e013233c', NULL),
	('01a231cd-9b9e-78af-b8ee-5bdc0f6dd192', 'run-7393e131c5', 'acme', 'asyncpg.exceptions.DeadlockDetectedError', 'deadlock detected', 'DB_CONTENTION', 'code', 0.92, 'INFRASTRUCTURE', 'MEDIUM', true, 'RETRY_WITH_JITTER', 'Retry the whole transaction with jitter, and take locks in one order everywhere.', true, true, 'SELECT', 2, '{"scope": "failcat.demo", "span_kind": "CLIENT", "span_name": "SELECT orders", "attributes": {"error.type": "asyncpg.exceptions.DeadlockDetectedError", "db.system.name": "postgresql", "db.response.status_code": "40P01"}}', '2026-12-01 13:31:28.20783+00', '2026-12-01 13:31:28.357746+00', '2026-12-01 13:31:28.030856+00', '1899ae9ae117f2b0a0a47e86f0566f40', 'f162f8201abeda65', 'failcat-demo', '4d314a6da62f28dd', 'support-agent', 'asyncpg.exceptions.DeadlockDetectedError', 'v2:d8e7fc8e94cf4069', 'postgresql.deadlock', 'c-e013233c', NULL),
	('01a231cd-9b9e-7cf8-83dc-e1c2aae52ce0', 'run-293277ebb7', 'globex', 'openai.RateLimitError', 'Error code: 429 - {''error'': {''message'': ''You exceeded your current quota, please check your plan and billing details.'', ''type'': ''insufficient_quota'', ''code'': ''insufficient_quota''}}', 'QUOTA_EXHAUSTED', 'code', 0.92, 'RESOURCE', 'HIGH', false, 'ESCALATE', 'Add credit or raise the plan of the account, then resume. Switch to another provider until the balance is restored.', true, false, 'chat', 4, '{"scope": "failcat.demo", "span_kind": "CLIENT", "span_name": "chat gpt-5", "attributes": {"error.type": "openai.RateLimitError", "gen_ai.provider.name": "openai", "gen_ai.operation.name": "chat", "http.response.status_code": 429}}', '2026-12-01 13:31:28.20783+00', '2026-12-01 13:31:28.357746+00', '2026-12-01 13:31:28.03068+00', 'b361e49fdc09421874481b96f9e331c5', '58bf534063ade633', 'failcat-demo', '629761a59b598edb', 'support-agent', 'openai.RateLimitError', 'v2:403254e24712f934', 'openai.insufficient_quota', 'c-e013233c', NULL),
	('01a231cd-9b9f-71b8-ba76-0cc8a1b98078', 'run-8cb582ac1c', 'acme', 'openai.RateLimitError', 'Error code: 429 - {''error'': {''message'': ''Rate limit reached for gpt-5 in organization org-8634fe3a2f26 on tokens per min (TPM): Limit 30000, Used 731020, Requested 1200. Please try again in 502ms.'', ''type'': ''tokens'', ''code'': ''rate_limit_exceeded''}}', 'RATE_LIMITED', 'code', 0.92, 'RESOURCE', 'MEDIUM', true, 'RETRY_EXPONENTIAL', 'Wait for Retry-After or the delay in the message, then retry. Send fewer requests or tokens per minute, or ask for a higher tier.', true, true, 'chat', 1, '{"scope": "failcat.demo", "span_kind": "CLIENT", "span_name": "chat gpt-5", "attributes": {"error.type": "openai.RateLimitError", "gen_ai.provider.name": "openai", "gen_ai.operation.name": "chat", "http.response.status_code": 429}, "retry_after_seconds": 0.502}', '2026-12-01 13:31:28.20783+00', '2026-12-01 13:31:28.357746+00', '2026-12-01 13:31:28.031556+00', '127fa0cd2b0563f3d07f5b9f24dec86b', '9b49a52a63b429d5', 'failcat-demo', 'af72250af1c48ce7', 'support-agent', 'openai.RateLimitError', 'v2:f84b99890855f45d', 'openai.rate_limit', 'c-e013233c', NULL),
	('01a231cd-9b9f-726e-9ba6-caf52135a696', 'run-89ebec78a8', 'acme', 'openai.RateLimitError', 'Error code: 429 - {''error'': {''message'': ''Rate limit reached for gpt-5 in organization org-33b9e375ba70 on tokens per min (TPM): Limit 30000, Used 343765, Requested 1200. Please try again in 502ms.'', ''type'': ''tokens'', ''code'': ''rate_limit_exceeded''}}', 'RATE_LIMITED', 'code', 0.92, 'RESOURCE', 'MEDIUM', true, 'RETRY_EXPONENTIAL', 'Wait for Retry-After or the delay in the message, then retry. Send fewer requests or tokens per minute, or ask for a higher tier.', true, true, 'chat', 0, '{"scope": "failcat.demo", "span_kind": "CLIENT", "span_name": "chat gpt-5", "attributes": {"error.type": "openai.RateLimitError", "gen_ai.provider.name": "openai", "gen_ai.operation.name": "chat", "http.response.status_code": 429}, "retry_after_seconds": 0.502}', '2026-12-01 13:31:28.20783+00', '2026-12-01 13:31:28.357746+00', '2026-12-01 13:31:28.031054+00', '8a3baeb8dc0e0ec296b8273154a19214', '790b5fd99d651dac', 'failcat-demo', '8685814d33fc1e48', 'billing-agent', 'openai.RateLimitError', 'v2:f84b99890855f45d', 'openai.rate_limit', 'c-e013233c', NULL),
	('01a231cd-9b9f-7376-810f-9381e3941238', 'run-fd14cc9689', 'globex', 'openai.RateLimitError', 'Error code: 429 - {''error'': {''message'': ''You exceeded your current quota, please check your plan and billing details.'', ''type'': ''insufficient_quota'', ''code'': ''insufficient_quota''}}', 'QUOTA_EXHAUSTED', 'code', 0.92, 'RESOURCE', 'HIGH', false, 'ESCALATE', 'Add credit or raise the plan of the account, then resume. Switch to another provider until the balance is restored.', true, false, 'chat', 5, '{"scope": "failcat.demo", "span_kind": "CLIENT", "span_name": "chat gpt-5", "attributes": {"error.type": "openai.RateLimitError", "gen_ai.provider.name": "openai", "gen_ai.operation.name": "chat", "http.response.status_code": 429}}', '2026-12-01 13:31:28.20783+00', '2026-12-01 13:31:28.357746+00', '2026-12-01 13:31:28.031836+00', 'dd4453ce70f289cc59e877549af8d4d3', 'f9e027ac748af0a1', 'failcat-demo', 'ea95bce48e69d5f6', 'research-agent', 'openai.RateLimitError', 'v2:403254e24712f934', 'openai.insufficient_quota', 'c-e013233c', NULL),
	('01a231cd-9b9f-7456-9ca4-e8c31ca76fd2', 'run-8cb582ac1c', 'acme', 'openai.RateLimitError', 'Error code: 429 - {''error'': {''message'': ''You exceeded your current quota, please check your plan and billing details.'', ''type'': ''insufficient_quota'', ''code'': ''insufficient_quota''}}', 'QUOTA_EXHAUSTED', 'code', 0.92, 'RESOURCE', 'HIGH', false, 'ESCALATE', 'Add credit or raise the plan of the account, then resume. Switch to another provider until the balance is restored.', true, false, 'chat', 0, '{"scope": "failcat.demo", "span_kind": "CLIENT", "span_name": "chat gpt-5", "attributes": {"error.type": "openai.RateLimitError", "gen_ai.provider.name": "openai", "gen_ai.operation.name": "chat", "http.response.status_code": 429}}', '2026-12-01 13:31:28.20783+00', '2026-12-01 13:31:28.357746+00', '2026-12-01 13:31:28.031502+00', '127fa0cd2b0563f3d07f5b9f24dec86b', '8b345091059d317a', 'failcat-demo', 'af72250af1c48ce7', 'support-agent', 'openai.RateLimitError', 'v2:403254e24712f934', 'openai.insufficient_quota', 'c-e013233c', NULL),
	('01a231cd-9b9f-7650-9e16-398856d75fb8', 'run-8d458d5b97', 'acme', 'asyncpg.exceptions.DeadlockDetectedError', 'deadlock detected', 'DB_CONTENTION', 'code', 0.92, 'INFRASTRUCTURE', 'MEDIUM', true, 'RETRY_WITH_JITTER', 'Retry the whole transaction with jitter, and take locks in one order everywhere.', true, true, 'SELECT', 4, '{"scope": "failcat.demo", "span_kind": "CLIENT", "span_name": "SELECT orders", "attributes": {"error.type": "asyncpg.exceptions.DeadlockDetectedError", "db.system.name": "postgresql", "db.response.status_code": "40P01"}}', '2026-12-01 13:31:28.20783+00', '2026-12-01 13:31:28.357746+00', '2026-12-01 13:31:28.031428+00', '1d9e2c99122d4b13f61e6ecebcc85d9f', 'b98a13f284591158', 'failcat-demo', '08be58bea692b071', 'billing-agent', 'asyncpg.exceptions.DeadlockDetectedError', 'v2:d8e7fc8e94cf4069', 'postgresql.deadlock', 'c-e013233c', NULL),
	('01a231cd-9b9f-76ae-91df-7be5b4d48fd4', 'run-89ebec78a8', 'acme', 'openai.RateLimitError', 'Error code: 429 - {''error'': {''message'': ''Rate limit reached for gpt-5 in organization org-7e463222e5d7 on tokens per min (TPM): Limit 30000, Used 777477, Requested 1200. Please try again in 502ms.'', ''type'': ''tokens'', ''code'': ''rate_limit_exceeded''}}', 'RATE_LIMITED', 'code', 0.92, 'RESOURCE', 'MEDIUM', true, 'RETRY_EXPONENTIAL', 'Wait for Retry-After or the delay in the message, then retry. Send fewer requests or tokens per minute, or ask for a higher tier.', true, false, 'chat', 2, '{"scope": "failcat.demo", "span_kind": "CLIENT", "span_name": "chat gpt-5", "attributes": {"error.type": "openai.RateLimitError", "gen_ai.provider.name": "openai", "gen_ai.operation.name": "chat", "http.response.status_code": 429}, "retry_after_seconds": 0.502}', '2026-12-01 13:31:28.20783+00', '2026-12-01 13:31:28.357746+00', '2026-12-01 13:31:28.03115+00', '8a3baeb8dc0e0ec296b8273154a19214', '6967d362d6445365', 'failcat-demo', '8685814d33fc1e48', 'billing-agent', 'openai.RateLimitError', 'v2:f84b99890855f45d', 'openai.rate_limit', 'c-e013233c', NULL),
	('01a231cd-9b9f-7988-90d1-a5cebd633a2a', 'run-8d458d5b97', 'acme', 'asyncpg.exceptions.DeadlockDetectedError', 'deadlock detected', 'DB_CONTENTION', 'code', 0.92, 'INFRASTRUCTURE', 'MEDIUM', true, 'RETRY_WITH_JITTER', 'Retry the whole transaction with jitter, and take locks in one order everywhere.', true, true, 'SELECT', 3, '{"scope": "failcat.demo", "span_kind": "CLIENT", "span_name": "SELECT orders", "attributes": {"error.type": "asyncpg.exceptions.DeadlockDetectedError", "db.system.name": "postgresql", "db.response.status_code": "40P01"}}', '2026-12-01 13:31:28.20783+00', '2026-12-01 13:31:28.357746+00', '2026-12-01 13:31:28.031374+00', '1d9e2c99122d4b13f61e6ecebcc85d9f', '9966fec09bfb7c3f', 'failcat-demo', '08be58bea692b071', 'billing-agent', 'asyncpg.exceptions.DeadlockDetectedError', 'v2:d8e7fc8e94cf4069', 'postgresql.deadlock', 'c-e013233c', NULL),
	('01a231cd-9ba0-715c-802b-352ca6076077', 'run-25828f8c51', 'acme', 'openai.RateLimitError', 'Error code: 429 - {''error'': {''message'': ''Rate limit reached for gpt-5 in organization org-eeba56337705 on tokens per min (TPM): Limit 30000, Used 473998, Requested 1200. Please try again in 502ms.'', ''type'': ''tokens'', ''code'': ''rate_limit_exceeded''}}', 'RATE_LIMITED', 'code', 0.92, 'RESOURCE', 'MEDIUM', true, 'RETRY_EXPONENTIAL', 'Wait for Retry-After or the delay in the message, then retry. Send fewer requests or tokens per minute, or ask for a higher tier.', true, true, 'chat', 1, '{"scope": "failcat.demo", "span_kind": "CLIENT", "span_name": "chat gpt-5", "attributes": {"error.type": "openai.RateLimitError", "gen_ai.provider.name": "openai", "gen_ai.operation.name": "chat", "http.response.status_code": 429}, "retry_after_seconds": 0.502}', '2026-12-01 13:31:28.20783+00', '2026-12-01 13:31:28.357746+00', '2026-12-01 13:31:28.032782+00', '153f57b898b078a7ceac6e6bf08009bb', '7e799d4c3df639fb', 'failcat-demo', '134a9ab044604e4e', 'research-agent', 'openai.RateLimitError', 'v2:f84b99890855f45d', 'openai.rate_limit', 'c-e013233c', NULL),
	('01a231cd-9ba0-72f6-a6f4-d91962ee48c3', 'run-cc944eaada', 'acme', 'asyncpg.exceptions.DeadlockDetectedError', 'deadlock detected', 'DB_CONTENTION', 'code', 0.92, 'INFRASTRUCTURE', 'MEDIUM', true, 'RETRY_WITH_JITTER', 'Retry the whole transaction with jitter, and take locks in one order everywhere.', true, true, 'SELECT', 1, '{"scope": "failcat.demo", "span_kind": "CLIENT", "span_name": "SELECT orders", "attributes": {"error.type": "asyncpg.exceptions.DeadlockDetectedError", "db.system.name": "postgresql", "db.response.status_code": "40P01"}}', '2026-12-01 13:31:28.20783+00', '2026-12-01 13:31:28.357746+00', '2026-12-01 13:31:28.032465+00', '1fc3af68a06b13c108c6e7f6fb5aa501', 'e6aa4616a27771a8', 'failcat-demo', '684fedebc419cbd6', 'support-agent', 'asyncpg.exceptions.DeadlockDetectedError', 'v2:d8e7fc8e94cf4069', 'postgresql.deadlock', 'c-e013233c', NULL),
	('01a231cd-9ba0-76e6-a370-61b0ccf17eb9', 'run-44acf1d7f1', 'acme', 'openai.RateLimitError', 'Error code: 429 - {''error'': {''message'': ''Rate limit reached for gpt-5 in organization org-c286b0b8951f on tokens per min (TPM): Limit 30000, Used 241632, Requested 1200. Please try again in 502ms.'', ''type'': ''tokens'', ''code'': ''rate_limit_exceeded''}}', 'RATE_LIMITED', 'code', 0.92, 'RESOURCE', 'MEDIUM', true, 'RETRY_EXPONENTIAL', 'Wait for Retry-After or the delay in the message, then retry. Send fewer requests or tokens per minute, or ask for a higher tier.', true, true, 'chat', 2, '{"scope": "failcat.demo", "span_kind": "CLIENT", "span_name": "chat gpt-5", "attributes": {"error.type": "openai.RateLimitError", "gen_ai.provider.name": "openai", "gen_ai.operation.name": "chat", "http.response.status_code": 429}, "retry_after_seconds": 0.502}', '2026-12-01 13:31:28.20783+00', '2026-12-01 13:31:28.357746+00', '2026-12-01 13:31:28.032686+00', '8be2d5130eedfecf9df1dae34df32fe4', '5f7c212d652e1975', 'failcat-demo', 'b0839f1b09ff4524', 'research-agent', 'openai.RateLimitError', 'v2:f84b99890855f45d', 'openai.rate_limit', 'c-e013233c', NULL),
	('01a231cd-9ba0-76e6-a736-02bd1f3f1156', 'run-a4f0e9104a', 'acme', 'openai.RateLimitError', 'Error code: 429 - {''error'': {''message'': ''Rate limit reached for gpt-5 in organization org-86d329183929 on tokens per min (TPM): Limit 30000, Used 888533, Requested 1200. Please try again in 502ms.'', ''type'': ''tokens'', ''code'': ''rate_limit_exceeded''}}', 'RATE_LIMITED', 'code', 0.92, 'RESOURCE', 'MEDIUM', true, 'RETRY_EXPONENTIAL', 'Wait for Retry-After or the delay in the message, then retry. Send fewer requests or tokens per minute, or ask for a higher tier.', true, true, 'chat', 2, '{"scope": "failcat.demo", "span_kind": "CLIENT", "span_name": "chat gpt-5", "attributes": {"error.type": "openai.RateLimitError", "gen_ai.provider.name": "openai", "gen_ai.operation.name": "chat", "http.response.status_code": 429}, "retry_after_seconds": 0.502}', '2026-12-01 13:31:28.20783+00', '2026-12-01 13:31:28.357746+00', '2026-12-01 13:31:28.032307+00', '7b6f59de09aaa38a357657779dc8af44', 'bb013b850a9b0a0c', 'failcat-demo', '32739feef2aca482', 'support-agent', 'openai.RateLimitError', 'v2:f84b99890855f45d', 'openai.rate_limit', 'c-e013233c', NULL),
	('01a231cd-9ba0-7871-b496-22a14f54327a', 'run-884d322c2b', 'globex', 'asyncpg.exceptions.DeadlockDetectedError', 'deadlock detected', 'DB_CONTENTION', 'code', 0.92, 'INFRASTRUCTURE', 'MEDIUM', true, 'RETRY_WITH_JITTER', 'Retry the whole transaction with jitter, and take locks in one order everywhere.', true, true, 'SELECT', 0, '{"scope": "failcat.demo", "span_kind": "CLIENT", "span_name": "SELECT orders", "attributes": {"error.type": "asyncpg.exceptions.DeadlockDetectedError", "db.system.name": "postgresql", "db.response.status_code": "40P01"}}', '2026-12-01 13:31:28.20783+00', '2026-12-01 13:31:28.357746+00', '2026-12-01 13:31:28.032023+00', '60a809ea82b88a059ced92cb7da6137e', '6b1949b80f5cda53', 'failcat-demo', '741701e5c10d4d51', 'support-agent', 'asyncpg.exceptions.DeadlockDetectedError', 'v2:d8e7fc8e94cf4069', 'postgresql.deadlock', 'c-e013233c', NULL),
	('01a231cd-9ba0-7d90-b6c1-ce0ee5ba3ab0', 'run-44acf1d7f1', 'acme', 'openai.RateLimitError', 'Error code: 429 - {''error'': {''message'': ''You exceeded your current quota, please check your plan and billing details.'', ''type'': ''insufficient_quota'', ''code'': ''insufficient_quota''}}', 'QUOTA_EXHAUSTED', 'code', 0.92, 'RESOURCE', 'HIGH', false, 'ESCALATE', 'Add credit or raise the plan of the account, then resume. Switch to another provider until the balance is restored.', true, false, 'chat', 1, '{"scope": "failcat.demo", "span_kind": "CLIENT", "span_name": "chat gpt-5", "attributes": {"error.type": "openai.RateLimitError", "gen_ai.provider.name": "openai", "gen_ai.operation.name": "chat", "http.response.status_code": 429}}', '2026-12-01 13:31:28.20783+00', '2026-12-01 13:31:28.357746+00', '2026-12-01 13:31:28.032632+00', '8be2d5130eedfecf9df1dae34df32fe4', '90fc7ba6f6287ede', 'failcat-demo', 'b0839f1b09ff4524', 'research-agent', 'openai.RateLimitError', 'v2:403254e24712f934', 'openai.insufficient_quota', 'c-e013233c', NULL),
	('01a231cd-9ba0-7ddf-a851-433b71039d90', 'run-cc944eaada', 'acme', 'asyncpg.exceptions.DeadlockDetectedError', 'deadlock detected', 'DB_CONTENTION', 'code', 0.92, 'INFRASTRUCTURE', 'MEDIUM', true, 'RETRY_WITH_JITTER', 'Retry the whole transaction with jitter, and take locks in one order everywhere.', true, true, 'SELECT', 0, '{"scope": "failcat.demo", "span_kind": "CLIENT", "span_name": "SELECT orders", "attributes": {"error.type": "asyncpg.exceptions.DeadlockDetectedError", "db.system.name": "postgresql", "db.response.status_code": "40P01"}}', '2026-12-01 13:31:28.20783+00', '2026-12-01 13:31:28.357746+00', '2026-12-01 13:31:28.032411+00', '1fc3af68a06b13c108c6e7f6fb5aa501', '2e3675e74af818e7', 'failcat-demo', '684fedebc419cbd6', 'support-agent', 'asyncpg.exceptions.DeadlockDetectedError', 'v2:d8e7fc8e94cf4069', 'postgresql.deadlock', 'c-e013233c', NULL),
	('01a231cd-9ba0-7f1d-b361-28491342d723', 'run-884d322c2b', 'globex', 'openai.RateLimitError', 'Error code: 429 - {''error'': {''message'': ''You exceeded your current quota, please check your plan and billing details.'', ''type'': ''insufficient_quota'', ''code'': ''insufficient_quota''}}', 'QUOTA_EXHAUSTED', 'code', 0.92, 'RESOURCE', 'HIGH', false, 'ESCALATE', 'Add credit or raise the plan of the account, then resume. Switch to another provider until the balance is restored.', true, false, 'chat', 3, '{"scope": "failcat.demo", "span_kind": "CLIENT", "span_name": "chat gpt-5", "attributes": {"error.type": "openai.RateLimitError", "gen_ai.provider.name": "openai", "gen_ai.operation.name": "chat", "http.response.status_code": 429}}', '2026-12-01 13:31:28.20783+00', '2026-12-01 13:31:28.357746+00', '2026-12-01 13:31:28.032132+00', '60a809ea82b88a059ced92cb7da6137e', '4ac667fd8bb39e80', 'failcat-demo', '741701e5c10d4d51', 'support-agent', 'openai.RateLimitError', 'v2:403254e24712f934', 'openai.insufficient_quota', 'c-e013233c', NULL),
	('01a231cd-9ba0-7f4f-bdd3-da8d99a2032e', 'run-3f36837317', 'globex', 'openai.RateLimitError', 'Error code: 429 - {''error'': {''message'': ''You exceeded your current quota, please check your plan and billing details.'', ''type'': ''insufficient_quota'', ''code'': ''insufficient_quota''}}', 'QUOTA_EXHAUSTED', 'code', 0.92, 'RESOURCE', 'HIGH', false, 'ESCALATE', 'Add credit or raise the plan of the account, then resume. Switch to another provider until the balance is restored.', true, false, 'chat', 0, '{"scope": "failcat.demo", "span_kind": "CLIENT", "span_name": "chat gpt-5", "attributes": {"error.type": "openai.RateLimitError", "gen_ai.provider.name": "openai", "gen_ai.operation.name": "chat", "http.response.status_code": 429}}', '2026-12-01 13:31:28.20783+00', '2026-12-01 13:31:28.357746+00', '2026-12-01 13:31:28.032991+00', 'd4bac3818a8c31dd85eb065c0fe27f25', '31ade0768bb5bd09', 'failcat-demo', '29e7a8673d32d512', 'support-agent', 'openai.RateLimitError', 'v2:403254e24712f934', 'openai.insufficient_quota', 'c-e013233c', NULL),
	('01a231cd-9ba1-7174-add3-25c56efaf5e5', 'run-8c3c500b01', 'globex', 'openai.RateLimitError', 'Error code: 429 - {''error'': {''message'': ''Rate limit reached for gpt-5 in organization org-10278caed7fa on tokens per min (TPM): Limit 30000, Used 19677, Requested 1200. Please try again in 502ms.'', ''type'': ''tokens'', ''code'': ''rate_limit_exceeded''}}', 'RATE_LIMITED', 'code', 0.92, 'RESOURCE', 'MEDIUM', true, 'RETRY_EXPONENTIAL', 'Wait for Retry-After or the delay in the message, then retry. Send fewer requests or tokens per minute, or ask for a higher tier.', true, true, 'chat', 0, '{"scope": "failcat.demo", "span_kind": "CLIENT", "span_name": "chat gpt-5", "attributes": {"error.type": "openai.RateLimitError", "gen_ai.provider.name": "openai", "gen_ai.operation.name": "chat", "http.response.status_code": 429}, "retry_after_seconds": 0.502}', '2026-12-01 13:31:28.20783+00', '2026-12-01 13:31:28.357746+00', '2026-12-01 13:31:28.033575+00', '8d8e19705943f0d91f79346ff1f7257d', 'b6111bcfa10ba881', 'failcat-demo', 'cc4a74ee34369244', 'billing-agent', 'openai.RateLimitError', 'v2:f84b99890855f45d', 'openai.rate_limit', 'c-e013233c', NULL);
INSERT INTO public.failure_matches_y2026w49 VALUES
	('01a231cd-9ba1-78da-9328-46fa24a3f396', 'run-3f36837317', 'globex', 'openai.RateLimitError', 'Error code: 429 - {''error'': {''message'': ''You exceeded your current quota, please check your plan and billing details.'', ''type'': ''insufficient_quota'', ''code'': ''insufficient_quota''}}', 'QUOTA_EXHAUSTED', 'code', 0.92, 'RESOURCE', 'HIGH', false, 'ESCALATE', 'Add credit or raise the plan of the account, then resume. Switch to another provider until the balance is restored.', true, false, 'chat', 1, '{"scope": "failcat.demo", "span_kind": "CLIENT", "span_name": "chat gpt-5", "attributes": {"error.type": "openai.RateLimitError", "gen_ai.provider.name": "openai", "gen_ai.operation.name": "chat", "http.response.status_code": 429}}', '2026-12-01 13:31:28.20783+00', '2026-12-01 13:31:28.357746+00', '2026-12-01 13:31:28.033041+00', 'd4bac3818a8c31dd85eb065c0fe27f25', '354688d93f453650', 'failcat-demo', '29e7a8673d32d512', 'support-agent', 'openai.RateLimitError', 'v2:403254e24712f934', 'openai.insufficient_quota', 'c-e013233c', NULL),
	('01a231cd-9ba1-7ddd-b3cc-66014ab87031', 'run-3724547a09', 'acme', 'overloaded_error', 'Overloaded', 'SERVICE_OVERLOADED', 'code', 1, 'TRANSIENT', 'MEDIUM', true, 'RETRY_EXPONENTIAL', 'Retry with backoff up to five times, then switch to another model or provider.', true, true, 'chat', 1, '{"scope": "failcat.demo", "span_kind": "CLIENT", "span_name": "chat claude-opus", "attributes": {"error.type": "overloaded_error", "gen_ai.provider.name": "anthropic", "gen_ai.operation.name": "chat", "http.response.status_code": 529}}', '2026-12-01 13:31:28.20783+00', '2026-12-01 13:31:28.357746+00', '2026-12-01 13:31:28.033409+00', 'ce0a38d68b89dd702a1e2153e7d0131b', '01c864e131527003', 'failcat-demo', 'ca212bdc58e8717d', 'billing-agent', 'overloaded_error', 'v2:fa6f27aa31828a07', 'anthropic.overloaded', 'c-e013233c', NULL),
	('01a231cd-9bba-71e1-991e-acc116f0b160', 'run-38dfd41108', 'acme', 'openai.RateLimitError', 'Error code: 429 - {''error'': {''message'': ''Rate limit reached for gpt-5 in organization org-814e31e06609 on tokens per min (TPM): Limit 30000, Used 940873, Requested 1200. Please try again in 502ms.'', ''type'': ''tokens'', ''code'': ''rate_limit_exceeded''}}', 'RATE_LIMITED', 'code', 0.92, 'RESOURCE', 'MEDIUM', true, 'RETRY_EXPONENTIAL', 'Wait for Retry-After or the delay in the message, then retry. Send fewer requests or tokens per minute, or ask for a higher tier.', true, true, 'chat', 0, '{"scope": "failcat.demo", "span_kind": "CLIENT", "span_name": "chat gpt-5", "attributes": {"error.type": "openai.RateLimitError", "gen_ai.provider.name": "openai", "gen_ai.operation.name": "chat", "http.response.status_code": 429}, "retry_after_seconds": 0.502}', '2026-12-01 13:31:28.20783+00', '2026-12-01 13:31:28.357746+00', '2026-12-01 13:31:28.058047+00', 'f474dcf00b7939692f9ff3a8edff5538', '2be6eb4a05aad470', 'failcat-demo', '226c09203c49738b', 'billing-agent', 'openai.RateLimitError', 'v2:f84b99890855f45d', 'openai.rate_limit', 'c-e013233c', NULL),
	('01a231cd-9bba-75c7-b550-4a36e28496b8', 'run-914b94b4a7', 'globex', 'openai.RateLimitError', 'Error code: 429 - {''error'': {''message'': ''You exceeded your current quota, please check your plan and billing details.'', ''type'': ''insufficient_quota'', ''code'': ''insufficient_quota''}}', 'QUOTA_EXHAUSTED', 'code', 0.92, 'RESOURCE', 'HIGH', false, 'ESCALATE', 'Add credit or raise the plan of the account, then resume. Switch to another provider until the balance is restored.', true, false, 'chat', 2, '{"scope": "failcat.demo", "span_kind": "CLIENT", "span_name": "chat gpt-5", "attributes": {"error.type": "openai.RateLimitError", "gen_ai.provider.name": "openai", "gen_ai.operation.name": "chat", "http.response.status_code": 429}}', '2026-12-01 13:31:28.20783+00', '2026-12-01 13:31:28.357746+00', '2026-12-01 13:31:28.058719+00', 'bb494ebe4c77b4bea1b7c6b6d4f34505', 'ea932c2ff6b3014c', 'failcat-demo', '2bdc562b95e808ca', 'research-agent', 'openai.RateLimitError', 'v2:403254e24712f934', 'openai.insufficient_quota', 'c-e013233c', NULL),
	('01a231cd-9bba-76fa-84e9-6c5adf3a0cce', 'run-dddc3a8caa', 'acme', 'asyncpg.exceptions.DeadlockDetectedError', 'deadlock detected', 'DB_CONTENTION', 'code', 0.92, 'INFRASTRUCTURE', 'MEDIUM', true, 'RETRY_WITH_JITTER', 'Retry the whole transaction with jitter, and take locks in one order everywhere.', true, true, 'SELECT', 3, '{"scope": "failcat.demo", "span_kind": "CLIENT", "span_name": "SELECT orders", "attributes": {"error.type": "asyncpg.exceptions.DeadlockDetectedError", "db.system.name": "postgresql", "db.response.status_code": "40P01"}}', '2026-12-01 13:31:28.20783+00', '2026-12-01 13:31:28.357746+00', '2026-12-01 13:31:28.058539+00', '98f841ecef2dfcefbf606fe48bccd57f', '81f72489b5eb5e78', 'failcat-demo', '31c94d5a3634b3b7', 'research-agent', 'asyncpg.exceptions.DeadlockDetectedError', 'v2:d8e7fc8e94cf4069', 'postgresql.deadlock', 'c-e013233c', NULL),
	('01a231cd-9bba-78ab-8436-34c993330edf', 'run-914b94b4a7', 'globex', 'openai.RateLimitError', 'Error code: 429 - {''error'': {''message'': ''Rate limit reached for gpt-5 in organization org-11b4b1dd20de on tokens per min (TPM): Limit 30000, Used 148155, Requested 1200. Please try again in 502ms.'', ''type'': ''tokens'', ''code'': ''rate_limit_exceeded''}}', 'RATE_LIMITED', 'code', 0.92, 'RESOURCE', 'MEDIUM', true, 'RETRY_EXPONENTIAL', 'Wait for Retry-After or the delay in the message, then retry. Send fewer requests or tokens per minute, or ask for a higher tier.', true, true, 'chat', 0, '{"scope": "failcat.demo", "span_kind": "CLIENT", "span_name": "chat gpt-5", "attributes": {"error.type": "openai.RateLimitError", "gen_ai.provider.name": "openai", "gen_ai.operation.name": "chat", "http.response.status_code": 429}, "retry_after_seconds": 0.502}', '2026-12-01 13:31:28.20783+00', '2026-12-01 13:31:28.357746+00', '2026-12-01 13:31:28.058646+00', 'bb494ebe4c77b4bea1b7c6b6d4f34505', '7b030dc9abb5f8ed', 'failcat-demo', '2bdc562b95e808ca', 'research-agent', 'openai.RateLimitError', 'v2:f84b99890855f45d', 'openai.rate_limit', 'c-e013233c', NULL),
	('01a231cd-9bbb-71b0-9da5-cdc5df2ed83a', 'run-21996c2483', 'globex', 'openai.RateLimitError', 'Error code: 429 - {''error'': {''message'': ''You exceeded your current quota, please check your plan and billing details.'', ''type'': ''insufficient_quota'', ''code'': ''insufficient_quota''}}', 'QUOTA_EXHAUSTED', 'code', 0.92, 'RESOURCE', 'HIGH', false, 'ESCALATE', 'Add credit or raise the plan of the account, then resume. Switch to another provider until the balance is restored.', true, false, 'chat', 3, '{"scope": "failcat.demo", "span_kind": "CLIENT", "span_name": "chat gpt-5", "attributes": {"error.type": "openai.RateLimitError", "gen_ai.provider.name": "openai", "gen_ai.operation.name": "chat", "http.response.status_code": 429}}', '2026-12-01 13:31:28.20783+00', '2026-12-01 13:31:28.357746+00', '2026-12-01 13:31:28.059677+00', 'c1f627992166b5d8148fdd9842403135', '848a0ed5573d0776', 'failcat-demo', '2cc46b96f07792c6', 'research-agent', 'openai.RateLimitError', 'v2:403254e24712f934', 'openai.insufficient_quota', 'c-e013233c', NULL),
	('01a231cd-9bbb-74a8-9bed-38a6c066ee6e', 'run-4c77fcc353', 'acme', 'overloaded_error', 'Overloaded', 'SERVICE_OVERLOADED', 'code', 1, 'TRANSIENT', 'MEDIUM', true, 'RETRY_EXPONENTIAL', 'Retry with backoff up to five times, then switch to another model or provider.', true, true, 'chat', 5, '{"scope": "failcat.demo", "span_kind": "CLIENT", "span_name": "chat claude-opus", "attributes": {"error.type": "overloaded_error", "gen_ai.provider.name": "anthropic", "gen_ai.operation.name": "chat", "http.response.status_code": 529}}', '2026-12-01 13:31:28.20783+00', '2026-12-01 13:31:28.357746+00', '2026-12-01 13:31:28.059935+00', '6d9196573d21ddff20e3ef72bbffaa8e', 'b29cdf98edec46ba', 'failcat-demo', '05eb350e836d9a78', 'support-agent', 'overloaded_error', 'v2:fa6f27aa31828a07', 'anthropic.overloaded', 'c-e013233c', NULL),
	('01a231cd-9bbb-7ef9-b853-8af2a1954929', 'run-4c77fcc353', 'acme', 'openai.RateLimitError', 'Error code: 429 - {''error'': {''message'': ''Rate limit reached for gpt-5 in organization org-0842d05ee346 on tokens per min (TPM): Limit 30000, Used 868095, Requested 1200. Please try again in 502ms.'', ''type'': ''tokens'', ''code'': ''rate_limit_exceeded''}}', 'RATE_LIMITED', 'code', 0.92, 'RESOURCE', 'MEDIUM', true, 'RETRY_EXPONENTIAL', 'Wait for Retry-After or the delay in the message, then retry. Send fewer requests or tokens per minute, or ask for a higher tier.', true, true, 'chat', 4, '{"scope": "failcat.demo", "span_kind": "CLIENT", "span_name": "chat gpt-5", "attributes": {"error.type": "openai.RateLimitError", "gen_ai.provider.name": "openai", "gen_ai.operation.name": "chat", "http.response.status_code": 429}, "retry_after_seconds": 0.502}', '2026-12-01 13:31:28.20783+00', '2026-12-01 13:31:28.357746+00', '2026-12-01 13:31:28.059883+00', '6d9196573d21ddff20e3ef72bbffaa8e', '1d8fcfd80b6bf24d', 'failcat-demo', '05eb350e836d9a78', 'support-agent', 'openai.RateLimitError', 'v2:f84b99890855f45d', 'openai.rate_limit', 'c-e013233c', NULL),
	('01a231cd-9bbb-7fad-a509-061825c069aa', 'run-21996c2483', 'globex', 'openai.RateLimitError', 'Error code: 429 - {''error'': {''message'': ''Rate limit reached for gpt-5 in organization org-b658d13396a7 on tokens per min (TPM): Limit 30000, Used 38915, Requested 1200. Please try again in 502ms.'', ''type'': ''tokens'', ''code'': ''rate_limit_exceeded''}}', 'RATE_LIMITED', 'code', 0.92, 'RESOURCE', 'MEDIUM', true, 'RETRY_EXPONENTIAL', 'Wait for Retry-After or the delay in the message, then retry. Send fewer requests or tokens per minute, or ask for a higher tier.', true, true, 'chat', 0, '{"scope": "failcat.demo", "span_kind": "CLIENT", "span_name": "chat gpt-5", "attributes": {"error.type": "openai.RateLimitError", "gen_ai.provider.name": "openai", "gen_ai.operation.name": "chat", "http.response.status_code": 429}, "retry_after_seconds": 0.502}', '2026-12-01 13:31:28.20783+00', '2026-12-01 13:31:28.357746+00', '2026-12-01 13:31:28.05954+00', 'c1f627992166b5d8148fdd9842403135', 'cc38670d4d2abb82', 'failcat-demo', '2cc46b96f07792c6', 'research-agent', 'openai.RateLimitError', 'v2:f84b99890855f45d', 'openai.rate_limit', 'c-e013233c', NULL),
	('01a231cd-9bbc-716b-97da-46b847028104', 'run-108370bfc9', 'acme', 'openai.RateLimitError', 'Error code: 429 - {''error'': {''message'': ''Rate limit reached for gpt-5 in organization org-f8128c58319b on tokens per min (TPM): Limit 30000, Used 455173, Requested 1200. Please try again in 502ms.'', ''type'': ''tokens'', ''code'': ''rate_limit_exceeded''}}', 'RATE_LIMITED', 'code', 0.92, 'RESOURCE', 'MEDIUM', true, 'RETRY_EXPONENTIAL', 'Wait for Retry-After or the delay in the message, then retry. Send fewer requests or tokens per minute, or ask for a higher tier.', true, true, 'chat', 0, '{"scope": "failcat.demo", "span_kind": "CLIENT", "span_name": "chat gpt-5", "attributes": {"error.type": "openai.RateLimitError", "gen_ai.provider.name": "openai", "gen_ai.operation.name": "chat", "http.response.status_code": 429}, "retry_after_seconds": 0.502}', '2026-12-01 13:31:28.20783+00', '2026-12-01 13:31:28.357746+00', '2026-12-01 13:31:28.060993+00', '10e93ef490109c733ec5d57e2c55e5fa', 'd70b7dd56772438c', 'failcat-demo', 'd0f3eddee1d8b26f', 'billing-agent', 'openai.RateLimitError', 'v2:f84b99890855f45d', 'openai.rate_limit', 'c-e013233c', NULL),
	('01a231cd-9bbc-727d-a231-06152f82df0d', 'run-ead7cb90f3', 'globex', 'openai.RateLimitError', 'Error code: 429 - {''error'': {''message'': ''You exceeded your current quota, please check your plan and billing details.'', ''type'': ''insufficient_quota'', ''code'': ''insufficient_quota''}}', 'QUOTA_EXHAUSTED', 'code', 0.92, 'RESOURCE', 'HIGH', false, 'ESCALATE', 'Add credit or raise the plan of the account, then resume. Switch to another provider until the balance is restored.', true, false, 'chat', 1, '{"scope": "failcat.demo", "span_kind": "CLIENT", "span_name": "chat gpt-5", "attributes": {"error.type": "openai.RateLimitError", "gen_ai.provider.name": "openai", "gen_ai.operation.name": "chat", "http.response.status_code": 429}}', '2026-12-01 13:31:28.20783+00', '2026-12-01 13:31:28.357746+00', '2026-12-01 13:31:28.060327+00', 'f3ffd4e914b62be4206265cb5ec5d64c', '7d49100bff54fb4c', 'failcat-demo', '9b626c786fd2f237', 'billing-agent', 'openai.RateLimitError', 'v2:403254e24712f934', 'openai.insufficient_quota', 'c-e013233c', NULL),
	('01a231cd-9bbc-757d-88cd-58c382aac352', 'run-2704f37806', 'acme', 'openai.RateLimitError', 'Error code: 429 - {''error'': {''message'': ''You exceeded your current quota, please check your plan and billing details.'', ''type'': ''insufficient_quota'', ''code'': ''insufficient_quota''}}', 'QUOTA_EXHAUSTED', 'code', 0.92, 'RESOURCE', 'HIGH', false, 'ESCALATE', 'Add credit or raise the plan of the account, then resume. Switch to another provider until the balance is restored.', true, false, 'chat', 2, '{"scope": "failcat.demo", "span_kind": "CLIENT", "span_name": "chat gpt-5", "attributes": {"error.type": "openai.RateLimitError", "gen_ai.provider.name": "openai", "gen_ai.operation.name": "chat", "http.response.status_code": 429}}', '2026-12-01 13:31:28.20783+00', '2026-12-01 13:31:28.357746+00', '2026-12-01 13:31:28.060651+00', '25bfa2d16d034a20656e1682dbabfea1', 'c86127adf42d4000', 'failcat-demo', 'ddc2afa5809a59cd', 'research-agent', 'openai.RateLimitError', 'v2:403254e24712f934', 'openai.insufficient_quota', 'c-e013233c', NULL),
	('01a231cd-9bbc-769b-9fd3-dfc462554089', 'run-928276d82c', 'globex', 'openai.RateLimitError', 'Error code: 429 - {''error'': {''message'': ''You exceeded your current quota, please check your plan and billing details.'', ''type'': ''insufficient_quota'', ''code'': ''insufficient_quota''}}', 'QUOTA_EXHAUSTED', 'code', 0.92, 'RESOURCE', 'HIGH', false, 'ESCALATE', 'Add credit or raise the plan of the account, then resume. Switch to another provider until the balance is restored.', true, false, 'chat', 2, '{"scope": "failcat.demo", "span_kind": "CLIENT", "span_name": "chat gpt-5", "attributes": {"error.type": "openai.RateLimitError", "gen_ai.provider.name": "openai", "gen_ai.operation.name": "chat", "http.response.status_code": 429}}', '2026-12-01 13:31:28.20783+00', '2026-12-01 13:31:28.357746+00', '2026-12-01 13:31:28.060057+00', '04c8880000a96baa1f8629d31310f83a', '0c3c51a3175e8178', 'failcat-demo', 'c3990f67f070f11d', 'support-agent', 'openai.RateLimitError', 'v2:403254e24712f934', 'openai.insufficient_quota', 'c-e013233c', NULL),
	('01a231cd-9bbc-7b51-9dd6-1c5b9d4dfd44', 'run-ead7cb90f3', 'globex', 'openai.RateLimitError', 'Error code: 429 - {''error'': {''message'': ''Rate limit reached for gpt-5 in organization org-1123864bf69a on tokens per min (TPM): Limit 30000, Used 582334, Requested 1200. Please try again in 502ms.'', ''type'': ''tokens'', ''code'': ''rate_limit_exceeded''}}', 'RATE_LIMITED', 'code', 0.92, 'RESOURCE', 'MEDIUM', true, 'RETRY_EXPONENTIAL', 'Wait for Retry-After or the delay in the message, then retry. Send fewer requests or tokens per minute, or ask for a higher tier.', true, true, 'chat', 2, '{"scope": "failcat.demo", "span_kind": "CLIENT", "span_name": "chat gpt-5", "attributes": {"error.type": "openai.RateLimitError", "gen_ai.provider.name": "openai", "gen_ai.operation.name": "chat", "http.response.status_code": 429}, "retry_after_seconds": 0.502}', '2026-12-01 13:31:28.20783+00', '2026-12-01 13:31:28.357746+00', '2026-12-01 13:31:28.060379+00', 'f3ffd4e914b62be4206265cb5ec5d64c', 'dd4f141738fc00b9', 'failcat-demo', '9b626c786fd2f237', 'billing-agent', 'openai.RateLimitError', 'v2:f84b99890855f45d', 'openai.rate_limit', 'c-e013233c', NULL),
	('01a231cd-9bbc-7ef8-b1b0-c8188fa6db97', 'run-a95919600f', 'acme', 'openai.RateLimitError', 'Error code: 429 - {''error'': {''message'': ''You exceeded your current quota, please check your plan and billing details.'', ''type'': ''insufficient_quota'', ''code'': ''insufficient_quota''}}', 'QUOTA_EXHAUSTED', 'code', 0.92, 'RESOURCE', 'HIGH', false, 'ESCALATE', 'Add credit or raise the plan of the account, then resume. Switch to another provider until the balance is restored.', true, false, 'chat', 2, '{"scope": "failcat.demo", "span_kind": "CLIENT", "span_name": "chat gpt-5", "attributes": {"error.type": "openai.RateLimitError", "gen_ai.provider.name": "openai", "gen_ai.operation.name": "chat", "http.response.status_code": 429}}', '2026-12-01 13:31:28.20783+00', '2026-12-01 13:31:28.357746+00', '2026-12-01 13:31:28.060817+00', '4fd5ba8d94d17386fc4360735508b1e6', '7f91394f5811580a', 'failcat-demo', '8c4a3b971787b774', 'support-agent', 'openai.RateLimitError', 'v2:403254e24712f934', 'openai.insufficient_quota', 'c-e013233c', NULL),
	('01a231cd-9bbd-7b09-ab0e-8a622ad085e6', 'run-37d759e5e5', 'globex', 'asyncpg.exceptions.DeadlockDetectedError', 'deadlock detected', 'DB_CONTENTION', 'code', 0.92, 'INFRASTRUCTURE', 'MEDIUM', true, 'RETRY_WITH_JITTER', 'Retry the whole transaction with jitter, and take locks in one order everywhere.', true, true, 'SELECT', 3, '{"scope": "failcat.demo", "span_kind": "CLIENT", "span_name": "SELECT orders", "attributes": {"error.type": "asyncpg.exceptions.DeadlockDetectedError", "db.system.name": "postgresql", "db.response.status_code": "40P01"}}', '2026-12-01 13:31:28.20783+00', '2026-12-01 13:31:28.357746+00', '2026-12-01 13:31:28.061329+00', '9faf92c6477835e7792ffcc3173f0496', '6b2324316eba64c2', 'failcat-demo', '8a7e16f2fbdf5ef7', 'research-agent', 'asyncpg.exceptions.DeadlockDetectedError', 'v2:d8e7fc8e94cf4069', 'postgresql.deadlock', 'c-e013233c', NULL),
	('01a231cd-9bd0-7aab-bbae-2c41fd698122', 'run-84c377f90d', 'acme', 'openai.RateLimitError', 'Error code: 429 - {''error'': {''message'': ''Rate limit reached for gpt-5 in organization org-fb2f4cdc8f85 on tokens per min (TPM): Limit 30000, Used 43427, Requested 1200. Please try again in 502ms.'', ''type'': ''tokens'', ''code'': ''rate_limit_exceeded''}}', 'RATE_LIMITED', 'code', 0.92, 'RESOURCE', 'MEDIUM', true, 'RETRY_EXPONENTIAL', 'Wait for Retry-After or the delay in the message, then retry. Send fewer requests or tokens per minute, or ask for a higher tier.', true, true, 'chat', 2, '{"scope": "failcat.demo", "span_kind": "CLIENT", "span_name": "chat gpt-5", "attributes": {"error.type": "openai.RateLimitError", "gen_ai.provider.name": "openai", "gen_ai.operation.name": "chat", "http.response.status_code": 429}, "retry_after_seconds": 0.502}', '2026-12-01 13:31:28.20783+00', '2026-12-01 13:31:28.357746+00', '2026-12-01 13:31:28.08049+00', '9f1de62cd9120dec341c0c3a5b9c6c25', '6672a1d073fb06fe', 'failcat-demo', '84804249c9cec862', 'billing-agent', 'openai.RateLimitError', 'v2:f84b99890855f45d', 'openai.rate_limit', 'c-e013233c', NULL),
	('01a231cd-9d15-722d-82f5-ef403f455154', 'run-fe53b312', NULL, 'anthropic.BadRequestError', 'Error code: 400 - {''type'': ''error'', ''error'': {''type'': ''invalid_request_error'', ''message'': ''prompt is too long: 147127 tokens > 200000 maximum''}, ''request_id'': ''req_e2f93909f4a3cc30''}', 'LLM_CONTEXT_EXCEEDED', 'regex', 0.98, 'SKILL', 'MEDIUM', false, 'FALLBACK', 'Compact or summarise the conversation, then retry once. Lower max_tokens or switch to a model with a larger window.', false, false, 'search_orders', 2, '{"scope": "failcat.load", "span_kind": "CLIENT", "span_name": "chat gpt-5", "attributes": {"url.full": "https://api.example.com/v1/chat/completions", "error.type": "anthropic.BadRequestError", "server.address": "api.example.com", "gen_ai.provider.name": "openai", "gen_ai.request.model": "gpt-5", "gen_ai.operation.name": "chat", "gen_ai.usage.input_tokens": 1396}}', '2026-12-01 13:31:28.540745+00', '2026-12-01 13:31:28.540745+00', '2026-12-01 13:31:28.405999+00', 'cace4e2492951be7fc7f9af7704bcb3f', 'd4b11d26ab14ce3b', 'load', '42f472312a8f432a', 'support-agent', 'anthropic.BadRequestError', 'v2:43518060beebfd34', 'anthropic.prompt_too_long', 'c-e013233c', NULL),
	('01a231cd-9d16-7270-8d43-76effb921e3d', 'run-7a24cb28', NULL, 'json.decoder.JSONDecodeError', 'Expecting '','' delimiter: line 228 column 773375 (char 773375)', 'DESERIALIZATION_ERROR', 'type', 0.97, 'DATA', 'MEDIUM', true, 'RETRY_IMMEDIATE', 'Give the error back to the model and ask for plain JSON without a code fence, at most twice. Log the start of the text; repair the JSON if only its end is missing.', false, false, 'search_orders', 18, '{"scope": "failcat.load", "span_kind": "CLIENT", "span_name": "chat gpt-5", "attributes": {"url.full": "https://api.example.com/v1/chat/completions", "error.type": "json.decoder.JSONDecodeError", "server.address": "api.example.com", "gen_ai.provider.name": "openai", "gen_ai.request.model": "gpt-5", "gen_ai.operation.name": "chat", "gen_ai.usage.input_tokens": 7965}}', '2026-12-01 13:31:28.540745+00', '2026-12-01 13:31:28.540745+00', '2026-12-01 13:31:28.406202+00', 'a03621f300e0e516c65eb1de198a0af0', '6f172f52915e42b4', 'load', '97c33556a9ce94a8', 'support-agent', 'json.decoder.JSONDecodeError', 'v2:579998db6bcedeab', 'schema.json', 'c-e013233c', NULL),
	('01a231cd-9d16-741b-b602-8afb96fa92d0', 'run-ad1215bd', NULL, 'anthropic.BadRequestError', 'Error code: 400 - {''type'': ''error'', ''error'': {''type'': ''invalid_request_error'', ''message'': ''prompt is too long: 535682 tokens > 200000 maximum''}, ''request_id'': ''req_a83e5d8fe141d4ad''}', 'LLM_CONTEXT_EXCEEDED', 'regex', 0.98, 'SKILL', 'MEDIUM', false, 'FALLBACK', 'Compact or summarise the conversation, then retry once. Lower max_tokens or switch to a model with a larger window.', false, false, 'search_orders', 12, '{"scope": "failcat.load", "span_kind": "CLIENT", "span_name": "chat gpt-5", "attributes": {"url.full": "https://api.example.com/v1/chat/completions", "error.type": "anthropic.BadRequestError", "server.address": "api.example.com", "gen_ai.provider.name": "openai", "gen_ai.request.model": "gpt-5", "gen_ai.operation.name": "chat", "gen_ai.usage.input_tokens": 2959}}', '2026-12-01 13:31:28.540745+00', '2026-12-01 13:31:28.540745+00', '2026-12-01 13:31:28.406133+00', '652fcf1e03d0eb277bdf2e81159400f6', 'df162c603bdedaa1', 'load', '029ce2effba3bf52', 'support-agent', 'anthropic.BadRequestError', 'v2:43518060beebfd34', 'anthropic.prompt_too_long', 'c-e013233c', NULL),
	('01a231cd-9d16-745a-9486-0f978d5ef5b3', 'run-4dfc3c3b', NULL, 'ConnectionRefusedError', '[Errno 111] Connection refused: 10.1.245.7:583714', 'CONNECTION_REFUSED', 'type', 0.97, 'TRANSIENT', 'MEDIUM', true, 'RETRY_EXPONENTIAL', 'Check that the service is running and listens on this port. Retry with backoff; nothing was executed.', false, false, 'search_orders', 5, '{"scope": "failcat.load", "span_kind": "CLIENT", "span_name": "chat gpt-5", "attributes": {"url.full": "https://api.example.com/v1/chat/completions", "error.type": "ConnectionRefusedError", "server.address": "api.example.com", "gen_ai.provider.name": "openai", "gen_ai.request.model": "gpt-5", "gen_ai.operation.name": "chat", "gen_ai.usage.input_tokens": 8830}}', '2026-12-01 13:31:28.540745+00', '2026-12-01 13:31:28.540745+00', '2026-12-01 13:31:28.406081+00', '1ac3c90974ece1d36366407470d96fd7', '54d3c92cb35af39f', 'load', '4ea046a92bc0c118', 'support-agent', 'ConnectionRefusedError', 'v2:3ba3e0506742aa1d', 'python.connection_refused', 'c-e013233c', NULL),
	('01a231cd-9d16-74d0-8070-b3fd8059e8a2', 'run-4da75e2a', NULL, 'anthropic.BadRequestError', 'Error code: 400 - {''type'': ''error'', ''error'': {''type'': ''invalid_request_error'', ''message'': ''prompt is too long: 273075 tokens > 200000 maximum''}, ''request_id'': ''req_42548fe3abf25fb4''}', 'LLM_CONTEXT_EXCEEDED', 'regex', 0.98, 'SKILL', 'MEDIUM', false, 'FALLBACK', 'Compact or summarise the conversation, then retry once. Lower max_tokens or switch to a model with a larger window.', false, false, 'search_orders', 11, '{"scope": "failcat.load", "span_kind": "CLIENT", "span_name": "chat gpt-5", "attributes": {"url.full": "https://api.example.com/v1/chat/completions", "error.type": "anthropic.BadRequestError", "server.address": "api.example.com", "gen_ai.provider.name": "openai", "gen_ai.request.model": "gpt-5", "gen_ai.operation.name": "chat", "gen_ai.usage.input_tokens": 6375}}', '2026-12-01 13:31:28.540745+00', '2026-12-01 13:31:28.540745+00', '2026-12-01 13:31:28.406253+00', '15478ae2a254aeca6667010805786a43', 'd115e10459cf6986', 'load', '0f3a2448bc0b90bd', 'support-agent', 'anthropic.BadRequestError', 'v2:43518060beebfd34', 'anthropic.prompt_too_long', 'c-e013233c', NULL),
	('01a231cd-9d16-76af-9355-cc2b2676b846', 'run-5ce6adfa', NULL, 'openai.RateLimitError', 'Error code: 429 - {''error'': {''message'': ''Rate limit reached for gpt-5 in organization org-2cd605ea9bb75635 on tokens per min (TPM): Limit 30000, Used 384432, Requested 1200. Please try again in 205ms.'', ''type'': ''tokens'', ''param'': None, ''code'': ''rate_limit_exceeded''}}', 'RATE_LIMITED', 'code', 0.92, 'RESOURCE', 'MEDIUM', true, 'RETRY_EXPONENTIAL', 'Wait for Retry-After or the delay in the message, then retry. Send fewer requests or tokens per minute, or ask for a higher tier.', false, false, 'search_orders', 11, '{"scope": "failcat.load", "span_kind": "CLIENT", "span_name": "chat gpt-5", "attributes": {"url.full": "https://api.example.com/v1/chat/completions", "error.type": "openai.RateLimitError", "server.address": "api.example.com", "gen_ai.provider.name": "openai", "gen_ai.request.model": "gpt-5", "gen_ai.operation.name": "chat", "gen_ai.usage.input_tokens": 154}, "retry_after_seconds": 0.20500000000000002}', '2026-12-01 13:31:28.540745+00', '2026-12-01 13:31:28.540745+00', '2026-12-01 13:31:28.406326+00', 'f6a1218a588a594ef89713d5a3f86224', '50af01f30fd8fb51', 'load', '89fffd89cd462e59', 'support-agent', 'openai.RateLimitError', 'v2:f84b99890855f45d', 'openai.rate_limit', 'c-e013233c', NULL),
	('01a231cd-9d16-76cd-bc08-a218314fc01c', 'run-6c903f6b', NULL, 'ConnectionRefusedError', '[Errno 111] Connection refused: 10.1.45.7:357227', 'CONNECTION_REFUSED', 'type', 0.97, 'TRANSIENT', 'MEDIUM', true, 'RETRY_EXPONENTIAL', 'Check that the service is running and listens on this port. Retry with backoff; nothing was executed.', false, false, 'search_orders', 1, '{"scope": "failcat.load", "span_kind": "CLIENT", "span_name": "chat gpt-5", "attributes": {"url.full": "https://api.example.com/v1/chat/completions", "error.type": "ConnectionRefusedError", "server.address": "api.example.com", "gen_ai.provider.name": "openai", "gen_ai.request.model": "gpt-5", "gen_ai.operation.name": "chat", "gen_ai.usage.input_tokens": 6554}}', '2026-12-01 13:31:28.540745+00', '2026-12-01 13:31:28.540745+00', '2026-12-01 13:31:28.40612+00', '4288cbb8346615bb8bf00844386bc04f', 'e15694f4878628dd', 'load', 'f2e9892ee7018be3', 'support-agent', 'ConnectionRefusedError', 'v2:3ba3e0506742aa1d', 'python.connection_refused', 'c-e013233c', NULL),
	('01a231cd-9d16-7712-b28d-b4879ce6581b', 'run-8833a614', NULL, 'openai.RateLimitError', 'Error code: 429 - {''error'': {''message'': ''Rate limit reached for gpt-5 in organization org-f07e2334b2f07f87 on tokens per min (TPM): Limit 30000, Used 468967, Requested 1200. Please try again in 197ms.'', ''type'': ''tokens'', ''param'': None, ''code'': ''rate_limit_exceeded''}}', 'RATE_LIMITED', 'code', 0.92, 'RESOURCE', 'MEDIUM', true, 'RETRY_EXPONENTIAL', 'Wait for Retry-After or the delay in the message, then retry. Send fewer requests or tokens per minute, or ask for a higher tier.', false, false, 'search_orders', 15, '{"scope": "failcat.load", "span_kind": "CLIENT", "span_name": "chat gpt-5", "attributes": {"url.full": "https://api.example.com/v1/chat/completions", "error.type": "openai.RateLimitError", "server.address": "api.example.com", "gen_ai.provider.name": "openai", "gen_ai.request.model": "gpt-5", "gen_ai.operation.name": "chat", "gen_ai.usage.input_tokens": 4947}, "retry_after_seconds": 0.197}', '2026-12-01 13:31:28.540745+00', '2026-12-01 13:31:28.540745+00', '2026-12-01 13:31:28.406215+00', '91bd17e490e6e62ff84cb73c3a8e8ecf', '989a7d18a4038017', 'load', '808123494cdfb910', 'support-agent', 'openai.RateLimitError', 'v2:f84b99890855f45d', 'openai.rate_limit', 'c-e013233c', NULL),
	('01a231cd-9d16-7928-8fdb-976e35597e84', 'run-20a1a86b', NULL, 'openai.RateLimitError', 'Error code: 429 - {''error'': {''message'': ''Rate limit reached for gpt-5 in organization org-c804ee45d0d6e3b3 on tokens per min (TPM): Limit 30000, Used 234128, Requested 1200. Please try again in 94ms.'', ''type'': ''tokens'', ''param'': None, ''code'': ''rate_limit_exceeded''}}', 'RATE_LIMITED', 'code', 0.92, 'RESOURCE', 'MEDIUM', true, 'RETRY_EXPONENTIAL', 'Wait for Retry-After or the delay in the message, then retry. Send fewer requests or tokens per minute, or ask for a higher tier.', false, false, 'search_orders', 11, '{"scope": "failcat.load", "span_kind": "CLIENT", "span_name": "chat gpt-5", "attributes": {"url.full": "https://api.example.com/v1/chat/completions", "error.type": "openai.RateLimitError", "server.address": "api.example.com", "gen_ai.provider.name": "openai", "gen_ai.request.model": "gpt-5", "gen_ai.operation.name": "chat", "gen_ai.usage.input_tokens": 4806}, "retry_after_seconds": 0.094}', '2026-12-01 13:31:28.540745+00', '2026-12-01 13:31:28.540745+00', '2026-12-01 13:31:28.406241+00', '2d063d5ffbc1eed6489aed3ff6df07e7', 'e2f05282b1931dce', 'load', 'c7db53534ab97dd2', 'support-agent', 'openai.RateLimitError', 'v2:f84b99890855f45d', 'openai.rate_limit', 'c-e013233c', NULL),
	('01a231cd-9d16-7951-b3ef-5cd997589e68', 'run-02d0a558', NULL, 'asyncpg.exceptions.DeadlockDetectedError', 'deadlock detected: process 716604 waits for ShareLock on 71', 'DB_CONTENTION', 'type', 0.97, 'INFRASTRUCTURE', 'MEDIUM', true, 'RETRY_WITH_JITTER', 'Retry the whole transaction with jitter, and take locks in one order everywhere.', false, false, 'search_orders', 11, '{"scope": "failcat.load", "span_kind": "CLIENT", "span_name": "chat gpt-5", "attributes": {"url.full": "https://api.example.com/v1/chat/completions", "error.type": "asyncpg.exceptions.DeadlockDetectedError", "server.address": "api.example.com", "gen_ai.provider.name": "openai", "gen_ai.request.model": "gpt-5", "gen_ai.operation.name": "chat", "gen_ai.usage.input_tokens": 7988}}', '2026-12-01 13:31:28.540745+00', '2026-12-01 13:31:28.540745+00', '2026-12-01 13:31:28.406289+00', 'bf51d5b456be3f9f4673a6207c503611', '684f9f03040189e9', 'load', '9ed6241d226c4083', 'support-agent', 'asyncpg.exceptions.DeadlockDetectedError', 'v2:e33f6c68a73ca0e6', 'postgresql.deadlock', 'c-e013233c', NULL),
	('01a231cd-9d16-7bed-974f-82d7c094afbe', 'run-d07e6687', NULL, 'ConnectionRefusedError', '[Errno 111] Connection refused: 10.1.119.7:404893', 'CONNECTION_REFUSED', 'type', 0.97, 'TRANSIENT', 'MEDIUM', true, 'RETRY_EXPONENTIAL', 'Check that the service is running and listens on this port. Retry with backoff; nothing was executed.', false, false, 'search_orders', 19, '{"scope": "failcat.load", "span_kind": "CLIENT", "span_name": "chat gpt-5", "attributes": {"url.full": "https://api.example.com/v1/chat/completions", "error.type": "ConnectionRefusedError", "server.address": "api.example.com", "gen_ai.provider.name": "openai", "gen_ai.request.model": "gpt-5", "gen_ai.operation.name": "chat", "gen_ai.usage.input_tokens": 8849}}', '2026-12-01 13:31:28.540745+00', '2026-12-01 13:31:28.540745+00', '2026-12-01 13:31:28.406278+00', '522464f87d742c84a927f9616cac3a90', '7fec27f318a2a647', 'load', '96bfae687bd7c372', 'support-agent', 'ConnectionRefusedError', 'v2:3ba3e0506742aa1d', 'python.connection_refused', 'c-e013233c', NULL),
	('01a231cd-9d16-7c45-a981-c734c443d516', 'run-1b233091', NULL, 'json.decoder.JSONDecodeError', 'Expecting '','' delimiter: line 64 column 983979 (char 983979)', 'DESERIALIZATION_ERROR', 'type', 0.97, 'DATA', 'MEDIUM', true, 'RETRY_IMMEDIATE', 'Give the error back to the model and ask for plain JSON without a code fence, at most twice. Log the start of the text; repair the JSON if only its end is missing.', false, false, 'search_orders', 10, '{"scope": "failcat.load", "span_kind": "CLIENT", "span_name": "chat gpt-5", "attributes": {"url.full": "https://api.example.com/v1/chat/completions", "error.type": "json.decoder.JSONDecodeError", "server.address": "api.example.com", "gen_ai.provider.name": "openai", "gen_ai.request.model": "gpt-5", "gen_ai.operation.name": "chat", "gen_ai.usage.input_tokens": 8886}}', '2026-12-01 13:31:28.540745+00', '2026-12-01 13:31:28.540745+00', '2026-12-01 13:31:28.406265+00', 'c6378c7f5a47bb0f97607ad0937d9a14', 'df57d6d9b73f0833', 'load', '8432efb9748e3269', 'support-agent', 'json.decoder.JSONDecodeError', 'v2:579998db6bcedeab', 'schema.json', 'c-e013233c', NULL),
	('01a231cd-9d16-7c8f-a28c-e89aa2fa75be', 'run-8736dc08', NULL, 'ConnectionRefusedError', '[Errno 111] Connection refused: 10.1.85.7:204299', 'CONNECTION_REFUSED', 'type', 0.97, 'TRANSIENT', 'MEDIUM', true, 'RETRY_EXPONENTIAL', 'Check that the service is running and listens on this port. Retry with backoff; nothing was executed.', false, false, 'search_orders', 18, '{"scope": "failcat.load", "span_kind": "CLIENT", "span_name": "chat gpt-5", "attributes": {"url.full": "https://api.example.com/v1/chat/completions", "error.type": "ConnectionRefusedError", "server.address": "api.example.com", "gen_ai.provider.name": "openai", "gen_ai.request.model": "gpt-5", "gen_ai.operation.name": "chat", "gen_ai.usage.input_tokens": 5303}}', '2026-12-01 13:31:28.540745+00', '2026-12-01 13:31:28.540745+00', '2026-12-01 13:31:28.40616+00', '95148dfb2cb2ac0b93d7da39dde97150', 'b063b11d9336d19e', 'load', '4a8022d56fad1714', 'support-agent', 'ConnectionRefusedError', 'v2:3ba3e0506742aa1d', 'python.connection_refused', 'c-e013233c', NULL),
	('01a231cd-9d16-7cdc-a3a3-b2d23993bdb8', 'run-92c46915', NULL, 'asyncpg.exceptions.DeadlockDetectedError', 'deadlock detected: process 723207 waits for ShareLock on 115', 'DB_CONTENTION', 'type', 0.97, 'INFRASTRUCTURE', 'MEDIUM', true, 'RETRY_WITH_JITTER', 'Retry the whole transaction with jitter, and take locks in one order everywhere.', false, false, 'search_orders', 14, '{"scope": "failcat.load", "span_kind": "CLIENT", "span_name": "chat gpt-5", "attributes": {"url.full": "https://api.example.com/v1/chat/completions", "error.type": "asyncpg.exceptions.DeadlockDetectedError", "server.address": "api.example.com", "gen_ai.provider.name": "openai", "gen_ai.request.model": "gpt-5", "gen_ai.operation.name": "chat", "gen_ai.usage.input_tokens": 3462}}', '2026-12-01 13:31:28.540745+00', '2026-12-01 13:31:28.540745+00', '2026-12-01 13:31:28.406173+00', 'b7c2d6b4359c4178ccb2bd92414b711d', 'e3247b71d80fa33e', 'load', '10ab534150e31b86', 'support-agent', 'asyncpg.exceptions.DeadlockDetectedError', 'v2:e33f6c68a73ca0e6', 'postgresql.deadlock', 'c-e013233c', NULL),
	('01a231cd-9d16-7d2d-a9d8-9df3c8913ded', 'run-d0fcdf45', NULL, 'ConnectionRefusedError', '[Errno 111] Connection refused: 10.1.72.7:951811', 'CONNECTION_REFUSED', 'type', 0.97, 'TRANSIENT', 'MEDIUM', true, 'RETRY_EXPONENTIAL', 'Check that the service is running and listens on this port. Retry with backoff; nothing was executed.', false, false, 'search_orders', 17, '{"scope": "failcat.load", "span_kind": "CLIENT", "span_name": "chat gpt-5", "attributes": {"url.full": "https://api.example.com/v1/chat/completions", "error.type": "ConnectionRefusedError", "server.address": "api.example.com", "gen_ai.provider.name": "openai", "gen_ai.request.model": "gpt-5", "gen_ai.operation.name": "chat", "gen_ai.usage.input_tokens": 2091}}', '2026-12-01 13:31:28.540745+00', '2026-12-01 13:31:28.540745+00', '2026-12-01 13:31:28.406147+00', 'fc6012459d2b05a70c60116719e228dd', '33969269e20668d8', 'load', 'e7d89c3b12fbdee1', 'support-agent', 'ConnectionRefusedError', 'v2:3ba3e0506742aa1d', 'python.connection_refused', 'c-e013233c', NULL),
	('01a231cd-9d16-7d6e-940a-6444eda826a3', 'run-77925b84', NULL, 'ConnectionRefusedError', '[Errno 111] Connection refused: 10.1.140.7:382274', 'CONNECTION_REFUSED', 'type', 0.97, 'TRANSIENT', 'MEDIUM', true, 'RETRY_EXPONENTIAL', 'Check that the service is running and listens on this port. Retry with backoff; nothing was executed.', false, false, 'search_orders', 19, '{"scope": "failcat.load", "span_kind": "CLIENT", "span_name": "chat gpt-5", "attributes": {"url.full": "https://api.example.com/v1/chat/completions", "error.type": "ConnectionRefusedError", "server.address": "api.example.com", "gen_ai.provider.name": "openai", "gen_ai.request.model": "gpt-5", "gen_ai.operation.name": "chat", "gen_ai.usage.input_tokens": 1734}}', '2026-12-01 13:31:28.540745+00', '2026-12-01 13:31:28.540745+00', '2026-12-01 13:31:28.406103+00', 'cbf40399a360898d98df55d7c178a8d7', '7fc402b8b0878240', 'load', '984a30658857d6eb', 'support-agent', 'ConnectionRefusedError', 'v2:3ba3e0506742aa1d', 'python.connection_refused', 'c-e013233c', NULL),
	('01a231cd-9d16-7d84-9c9a-0ee75d1866eb', 'run-a823102f', NULL, 'asyncpg.exceptions.DeadlockDetectedError', 'deadlock detected: process 78721 waits for ShareLock on 172', 'DB_CONTENTION', 'type', 0.97, 'INFRASTRUCTURE', 'MEDIUM', true, 'RETRY_WITH_JITTER', 'Retry the whole transaction with jitter, and take locks in one order everywhere.', false, false, 'search_orders', 6, '{"scope": "failcat.load", "span_kind": "CLIENT", "span_name": "chat gpt-5", "attributes": {"url.full": "https://api.example.com/v1/chat/completions", "error.type": "asyncpg.exceptions.DeadlockDetectedError", "server.address": "api.example.com", "gen_ai.provider.name": "openai", "gen_ai.request.model": "gpt-5", "gen_ai.operation.name": "chat", "gen_ai.usage.input_tokens": 7024}}', '2026-12-01 13:31:28.540745+00', '2026-12-01 13:31:28.540745+00', '2026-12-01 13:31:28.406189+00', '6d76601acb6e502d4641b49f55e61f34', '7b1faa1ea84fb67c', 'load', '3165d9eb4c2fd905', 'support-agent', 'asyncpg.exceptions.DeadlockDetectedError', 'v2:e33f6c68a73ca0e6', 'postgresql.deadlock', 'c-e013233c', NULL),
	('01a231cd-9d16-7e63-bbf1-97ae04419187', 'run-9bb636da', NULL, 'acme.tools.OrderError', 'order 529210 of customer e8aa3d7131a6a769 failed after 137 attempts', NULL, 'unknown', 0, NULL, NULL, false, NULL, NULL, false, false, 'search_orders', 12, '{"scope": "failcat.load", "span_kind": "CLIENT", "span_name": "chat gpt-5", "attributes": {"url.full": "https://api.example.com/v1/chat/completions", "error.type": "acme.tools.OrderError", "server.address": "api.example.com", "gen_ai.provider.name": "openai", "gen_ai.request.model": "gpt-5", "gen_ai.operation.name": "chat", "gen_ai.usage.input_tokens": 7935}}', '2026-12-01 13:31:28.540745+00', '2026-12-01 13:31:28.540745+00', '2026-12-01 13:31:28.406314+00', '4b55e82319070d1cf60dd21ebb723f19', '01b4c089d4a82d97', 'load', '0c37a25146c73e74', 'support-agent', 'acme.tools.OrderError', 'v2:bc7d2219ac7ee549', NULL, 'c-e013233c', NULL),
	('01a231cd-9d16-7f33-bfd1-d1cfa9543caf', 'run-6e5ed7b5', NULL, 'anthropic.BadRequestError', 'Error code: 400 - {''type'': ''error'', ''error'': {''type'': ''invalid_request_error'', ''message'': ''prompt is too long: 249455 tokens > 200000 maximum''}, ''request_id'': ''req_ac58c21765271e15''}', 'LLM_CONTEXT_EXCEEDED', 'regex', 0.98, 'SKILL', 'MEDIUM', false, 'FALLBACK', 'Compact or summarise the conversation, then retry once. Lower max_tokens or switch to a model with a larger window.', false, false, 'search_orders', 6, '{"scope": "failcat.load", "span_kind": "CLIENT", "span_name": "chat gpt-5", "attributes": {"url.full": "https://api.example.com/v1/chat/completions", "error.type": "anthropic.BadRequestError", "server.address": "api.example.com", "gen_ai.provider.name": "openai", "gen_ai.request.model": "gpt-5", "gen_ai.operation.name": "chat", "gen_ai.usage.input_tokens": 7076}}', '2026-12-01 13:31:28.540745+00', '2026-12-01 13:31:28.540745+00', '2026-12-01 13:31:28.406228+00', '4bc2a7883688a7eca476a88807797670', '1ee54a888fbfbc85', 'load', '2659d97b9e22a209', 'support-agent', 'anthropic.BadRequestError', 'v2:43518060beebfd34', 'anthropic.prompt_too_long', 'c-e013233c', NULL),
	('01a231cd-9d16-7fa4-b9a1-3c0ce2210be9', 'run-7784d127', NULL, 'anthropic.BadRequestError', 'Error code: 400 - {''type'': ''error'', ''error'': {''type'': ''invalid_request_error'', ''message'': ''prompt is too long: 872834 tokens > 200000 maximum''}, ''request_id'': ''req_edc641c22fdafb93''}', 'LLM_CONTEXT_EXCEEDED', 'regex', 0.98, 'SKILL', 'MEDIUM', false, 'FALLBACK', 'Compact or summarise the conversation, then retry once. Lower max_tokens or switch to a model with a larger window.', false, false, 'search_orders', 10, '{"scope": "failcat.load", "span_kind": "CLIENT", "span_name": "chat gpt-5", "attributes": {"url.full": "https://api.example.com/v1/chat/completions", "error.type": "anthropic.BadRequestError", "server.address": "api.example.com", "gen_ai.provider.name": "openai", "gen_ai.request.model": "gpt-5", "gen_ai.operation.name": "chat", "gen_ai.usage.input_tokens": 6258}}', '2026-12-01 13:31:28.540745+00', '2026-12-01 13:31:28.540745+00', '2026-12-01 13:31:28.406302+00', 'fc1dd98793a08f2fa83cf9fd8a52c9e4', 'e3600ed209dbe788', 'load', '87b15fe2d0a4ec6a', 'support-agent', 'anthropic.BadRequestError', 'v2:43518060beebfd34', 'anthropic.prompt_too_long', 'c-e013233c', NULL),
	('01a231cd-9d26-715d-83c2-5fdb2bccda82', 'run-ae5bda2c', NULL, 'anthropic.BadRequestError', 'Error code: 400 - {''type'': ''error'', ''error'': {''type'': ''invalid_request_error'', ''message'': ''prompt is too long: 878437 tokens > 200000 maximum''}, ''request_id'': ''req_249c7bdea4b9a22d''}', 'LLM_CONTEXT_EXCEEDED', 'regex', 0.98, 'SKILL', 'MEDIUM', false, 'FALLBACK', 'Compact or summarise the conversation, then retry once. Lower max_tokens or switch to a model with a larger window.', false, false, 'search_orders', 9, '{"scope": "failcat.load", "span_kind": "CLIENT", "span_name": "chat gpt-5", "attributes": {"url.full": "https://api.example.com/v1/chat/completions", "error.type": "anthropic.BadRequestError", "server.address": "api.example.com", "gen_ai.provider.name": "openai", "gen_ai.request.model": "gpt-5", "gen_ai.operation.name": "chat", "gen_ai.usage.input_tokens": 3117}}', '2026-12-01 13:31:28.540745+00', '2026-12-01 13:31:28.540745+00', '2026-12-01 13:31:28.422632+00', '8a8f212171f12cd660ab15e8be0055f4', 'dc41b3206692b2fa', 'load', 'ed39e6ffb92dfc7d', 'support-agent', 'anthropic.BadRequestError', 'v2:43518060beebfd34', 'anthropic.prompt_too_long', 'c-e013233c', NULL),
	('01a231cd-9d26-7218-857e-1939c1063221', 'run-2daa2b36', NULL, 'openai.RateLimitError', 'Error code: 429 - {''error'': {''message'': ''Rate limit reached for gpt-5 in organization org-d4287ffa8a287e52 on tokens per min (TPM): Limit 30000, Used 749371, Requested 1200. Please try again in 10ms.'', ''type'': ''tokens'', ''param'': None, ''code'': ''rate_limit_exceeded''}}', 'RATE_LIMITED', 'code', 0.92, 'RESOURCE', 'MEDIUM', true, 'RETRY_EXPONENTIAL', 'Wait for Retry-After or the delay in the message, then retry. Send fewer requests or tokens per minute, or ask for a higher tier.', false, false, 'search_orders', 12, '{"scope": "failcat.load", "span_kind": "CLIENT", "span_name": "chat gpt-5", "attributes": {"url.full": "https://api.example.com/v1/chat/completions", "error.type": "openai.RateLimitError", "server.address": "api.example.com", "gen_ai.provider.name": "openai", "gen_ai.request.model": "gpt-5", "gen_ai.operation.name": "chat", "gen_ai.usage.input_tokens": 7353}, "retry_after_seconds": 0.01}', '2026-12-01 13:31:28.540745+00', '2026-12-01 13:31:28.540745+00', '2026-12-01 13:31:28.422688+00', '0f8d26fa52dba967cb9aede724b310d9', '2588631aa0fed29b', 'load', 'c8b86e869902735f', 'support-agent', 'openai.RateLimitError', 'v2:f84b99890855f45d', 'openai.rate_limit', 'c-e013233c', NULL),
	('01a231cd-9d26-7309-8a1e-587617911e7a', 'run-80e8f341', NULL, 'asyncpg.exceptions.DeadlockDetectedError', 'deadlock detected: process 768814 waits for ShareLock on 172', 'DB_CONTENTION', 'type', 0.97, 'INFRASTRUCTURE', 'MEDIUM', true, 'RETRY_WITH_JITTER', 'Retry the whole transaction with jitter, and take locks in one order everywhere.', false, false, 'search_orders', 6, '{"scope": "failcat.load", "span_kind": "CLIENT", "span_name": "chat gpt-5", "attributes": {"url.full": "https://api.example.com/v1/chat/completions", "error.type": "asyncpg.exceptions.DeadlockDetectedError", "server.address": "api.example.com", "gen_ai.provider.name": "openai", "gen_ai.request.model": "gpt-5", "gen_ai.operation.name": "chat", "gen_ai.usage.input_tokens": 2240}}', '2026-12-01 13:31:28.540745+00', '2026-12-01 13:31:28.540745+00', '2026-12-01 13:31:28.422617+00', '1cface15e10f6ed2f9ee0d882babd16d', '913caeceaf933c98', 'load', '6c379b719e9e4873', 'support-agent', 'asyncpg.exceptions.DeadlockDetectedError', 'v2:e33f6c68a73ca0e6', 'postgresql.deadlock', 'c-e013233c', NULL),
	('01a231cd-9d26-741a-a190-d2468d4036a1', 'run-974dec31', NULL, 'asyncpg.exceptions.DeadlockDetectedError', 'deadlock detected: process 90570 waits for ShareLock on 49', 'DB_CONTENTION', 'type', 0.97, 'INFRASTRUCTURE', 'MEDIUM', true, 'RETRY_WITH_JITTER', 'Retry the whole transaction with jitter, and take locks in one order everywhere.', false, false, 'search_orders', 8, '{"scope": "failcat.load", "span_kind": "CLIENT", "span_name": "chat gpt-5", "attributes": {"url.full": "https://api.example.com/v1/chat/completions", "error.type": "asyncpg.exceptions.DeadlockDetectedError", "server.address": "api.example.com", "gen_ai.provider.name": "openai", "gen_ai.request.model": "gpt-5", "gen_ai.operation.name": "chat", "gen_ai.usage.input_tokens": 2244}}', '2026-12-01 13:31:28.540745+00', '2026-12-01 13:31:28.540745+00', '2026-12-01 13:31:28.422526+00', '388bd75611153f449a1ec699ec6572e9', '72b8b925d604368a', 'load', '0d37dae8190e2c36', 'support-agent', 'asyncpg.exceptions.DeadlockDetectedError', 'v2:e33f6c68a73ca0e6', 'postgresql.deadlock', 'c-e013233c', NULL),
	('01a231cd-9d26-7492-aa2c-754aa9abb0b5', 'run-0ed38c84', NULL, 'anthropic.BadRequestError', 'Error code: 400 - {''type'': ''error'', ''error'': {''type'': ''invalid_request_error'', ''message'': ''prompt is too long: 141826 tokens > 200000 maximum''}, ''request_id'': ''req_3c2bf7f996f06c7a''}', 'LLM_CONTEXT_EXCEEDED', 'regex', 0.98, 'SKILL', 'MEDIUM', false, 'FALLBACK', 'Compact or summarise the conversation, then retry once. Lower max_tokens or switch to a model with a larger window.', false, false, 'search_orders', 6, '{"scope": "failcat.load", "span_kind": "CLIENT", "span_name": "chat gpt-5", "attributes": {"url.full": "https://api.example.com/v1/chat/completions", "error.type": "anthropic.BadRequestError", "server.address": "api.example.com", "gen_ai.provider.name": "openai", "gen_ai.request.model": "gpt-5", "gen_ai.operation.name": "chat", "gen_ai.usage.input_tokens": 5326}}', '2026-12-01 13:31:28.540745+00', '2026-12-01 13:31:28.540745+00', '2026-12-01 13:31:28.422495+00', '68758bdcc18cec72dea4164cf47de50e', '7b50d498ae485b10', 'load', '275176144e38fe0b', 'support-agent', 'anthropic.BadRequestError', 'v2:43518060beebfd34', 'anthropic.prompt_too_long', 'c-e013233c', NULL),
	('01a231cd-9d26-74aa-8fae-101699647c9f', 'run-4ee5141a', NULL, 'acme.tools.OrderError', 'order 539708 of customer d505ed49d8d155eb failed after 170 attempts', NULL, 'unknown', 0, NULL, NULL, false, NULL, NULL, false, false, 'search_orders', 8, '{"scope": "failcat.load", "span_kind": "CLIENT", "span_name": "chat gpt-5", "attributes": {"url.full": "https://api.example.com/v1/chat/completions", "error.type": "acme.tools.OrderError", "server.address": "api.example.com", "gen_ai.provider.name": "openai", "gen_ai.request.model": "gpt-5", "gen_ai.operation.name": "chat", "gen_ai.usage.input_tokens": 29}}', '2026-12-01 13:31:28.540745+00', '2026-12-01 13:31:28.540745+00', '2026-12-01 13:31:28.422545+00', '3d7af323e968e08e45d503a02a49409a', 'd073ebfd64aafed9', 'load', '859479fe95873360', 'support-agent', 'acme.tools.OrderError', 'v2:bc7d2219ac7ee549', NULL, 'c-e013233c', NULL),
	('01a231cd-9d26-7624-b121-d61db7dfbf5d', 'run-f0477315', NULL, 'asyncpg.exceptions.DeadlockDetectedError', 'deadlock detected: process 957676 waits for ShareLock on 201', 'DB_CONTENTION', 'type', 0.97, 'INFRASTRUCTURE', 'MEDIUM', true, 'RETRY_WITH_JITTER', 'Retry the whole transaction with jitter, and take locks in one order everywhere.', false, false, 'search_orders', 11, '{"scope": "failcat.load", "span_kind": "CLIENT", "span_name": "chat gpt-5", "attributes": {"url.full": "https://api.example.com/v1/chat/completions", "error.type": "asyncpg.exceptions.DeadlockDetectedError", "server.address": "api.example.com", "gen_ai.provider.name": "openai", "gen_ai.request.model": "gpt-5", "gen_ai.operation.name": "chat", "gen_ai.usage.input_tokens": 5547}}', '2026-12-01 13:31:28.540745+00', '2026-12-01 13:31:28.540745+00', '2026-12-01 13:31:28.422604+00', '7bb2b56658501ff635ee0d7b38c23f2d', '0cf2141f04434333', 'load', 'b6bf83bc58bb2b04', 'support-agent', 'asyncpg.exceptions.DeadlockDetectedError', 'v2:e33f6c68a73ca0e6', 'postgresql.deadlock', 'c-e013233c', NULL),
	('01a231cd-9d26-7671-8627-8ebea7eeb7c8', 'run-b4be9f1a', NULL, 'openai.RateLimitError', 'Error code: 429 - {''error'': {''message'': ''Rate limit reached for gpt-5 in organization org-44f761f5db36a0ee on tokens per min (TPM): Limit 30000, Used 940100, Requested 1200. Please try again in 0ms.'', ''type'': ''tokens'', ''param'': None, ''code'': ''rate_limit_exceeded''}}', 'RATE_LIMITED', 'code', 0.92, 'RESOURCE', 'MEDIUM', true, 'RETRY_EXPONENTIAL', 'Wait for Retry-After or the delay in the message, then retry. Send fewer requests or tokens per minute, or ask for a higher tier.', false, false, 'search_orders', 17, '{"scope": "failcat.load", "span_kind": "CLIENT", "span_name": "chat gpt-5", "attributes": {"url.full": "https://api.example.com/v1/chat/completions", "error.type": "openai.RateLimitError", "server.address": "api.example.com", "gen_ai.provider.name": "openai", "gen_ai.request.model": "gpt-5", "gen_ai.operation.name": "chat", "gen_ai.usage.input_tokens": 985}, "retry_after_seconds": 0.0}', '2026-12-01 13:31:28.540745+00', '2026-12-01 13:31:28.540745+00', '2026-12-01 13:31:28.422729+00', '2c51c68e68f62996ec4160db76015a4f', '701451eac9f785f6', 'load', '1516fc474a9eab40', 'support-agent', 'openai.RateLimitError', 'v2:f84b99890855f45d', 'openai.rate_limit', 'c-e013233c', NULL),
	('01a231cd-9d26-7678-af2e-9d83b8342e37', 'run-9f5bc740', NULL, 'acme.tools.OrderError', 'order 532832 of customer b54c29edc365d883 failed after 155 attempts', NULL, 'unknown', 0, NULL, NULL, false, NULL, NULL, false, false, 'search_orders', 13, '{"scope": "failcat.load", "span_kind": "CLIENT", "span_name": "chat gpt-5", "attributes": {"url.full": "https://api.example.com/v1/chat/completions", "error.type": "acme.tools.OrderError", "server.address": "api.example.com", "gen_ai.provider.name": "openai", "gen_ai.request.model": "gpt-5", "gen_ai.operation.name": "chat", "gen_ai.usage.input_tokens": 7328}}', '2026-12-01 13:31:28.540745+00', '2026-12-01 13:31:28.540745+00', '2026-12-01 13:31:28.422561+00', '35429ecdfb88f46603c0a2dc2174b052', 'eb062a8b655209d5', 'load', '9f27a047f8f939f2', 'support-agent', 'acme.tools.OrderError', 'v2:bc7d2219ac7ee549', NULL, 'c-e013233c', NULL),
	('01a231cd-9d26-76ac-8934-d34655d6b0b8', 'run-04a0cb56', NULL, 'anthropic.BadRequestError', 'Error code: 400 - {''type'': ''error'', ''error'': {''type'': ''invalid_request_error'', ''message'': ''prompt is too long: 828363 tokens > 200000 maximum''}, ''request_id'': ''req_7125e178e3e3f4c0''}', 'LLM_CONTEXT_EXCEEDED', 'regex', 0.98, 'SKILL', 'MEDIUM', false, 'FALLBACK', 'Compact or summarise the conversation, then retry once. Lower max_tokens or switch to a model with a larger window.', false, false, 'search_orders', 12, '{"scope": "failcat.load", "span_kind": "CLIENT", "span_name": "chat gpt-5", "attributes": {"url.full": "https://api.example.com/v1/chat/completions", "error.type": "anthropic.BadRequestError", "server.address": "api.example.com", "gen_ai.provider.name": "openai", "gen_ai.request.model": "gpt-5", "gen_ai.operation.name": "chat", "gen_ai.usage.input_tokens": 2048}}', '2026-12-01 13:31:28.540745+00', '2026-12-01 13:31:28.540745+00', '2026-12-01 13:31:28.422743+00', 'a4f3143f13d4b72cb2c90b71c539ab68', '2a414b643333a5bd', 'load', 'b323e8a14fc31e5d', 'support-agent', 'anthropic.BadRequestError', 'v2:43518060beebfd34', 'anthropic.prompt_too_long', 'c-e013233c', NULL),
	('01a231cd-9d26-7858-a935-e1e8ec6a6049', 'run-764a80e5', NULL, 'asyncpg.exceptions.DeadlockDetectedError', 'deadlock detected: process 53092 waits for ShareLock on 126', 'DB_CONTENTION', 'type', 0.97, 'INFRASTRUCTURE', 'MEDIUM', true, 'RETRY_WITH_JITTER', 'Retry the whole transaction with jitter, and take locks in one order everywhere.', false, false, 'search_orders', 8, '{"scope": "failcat.load", "span_kind": "CLIENT", "span_name": "chat gpt-5", "attributes": {"url.full": "https://api.example.com/v1/chat/completions", "error.type": "asyncpg.exceptions.DeadlockDetectedError", "server.address": "api.example.com", "gen_ai.provider.name": "openai", "gen_ai.request.model": "gpt-5", "gen_ai.operation.name": "chat", "gen_ai.usage.input_tokens": 2396}}', '2026-12-01 13:31:28.540745+00', '2026-12-01 13:31:28.540745+00', '2026-12-01 13:31:28.422575+00', '611f7cfc7d2ace80756ee9fba939d30f', '6d18126f4bbc28de', 'load', '20f03e678a6c5364', 'support-agent', 'asyncpg.exceptions.DeadlockDetectedError', 'v2:e33f6c68a73ca0e6', 'postgresql.deadlock', 'c-e013233c', NULL),
	('01a231cd-9d26-7895-b18e-a88f48289ae2', 'run-21073bdc', NULL, 'asyncpg.exceptions.DeadlockDetectedError', 'deadlock detected: process 842523 waits for ShareLock on 238', 'DB_CONTENTION', 'type', 0.97, 'INFRASTRUCTURE', 'MEDIUM', true, 'RETRY_WITH_JITTER', 'Retry the whole transaction with jitter, and take locks in one order everywhere.', false, false, 'search_orders', 7, '{"scope": "failcat.load", "span_kind": "CLIENT", "span_name": "chat gpt-5", "attributes": {"url.full": "https://api.example.com/v1/chat/completions", "error.type": "asyncpg.exceptions.DeadlockDetectedError", "server.address": "api.example.com", "gen_ai.provider.name": "openai", "gen_ai.request.model": "gpt-5", "gen_ai.operation.name": "chat", "gen_ai.usage.input_tokens": 6271}}', '2026-12-01 13:31:28.540745+00', '2026-12-01 13:31:28.540745+00', '2026-12-01 13:31:28.422716+00', '082af194fddbb1d5f6a1451a65b2a0e0', '89ce3c4b1cf6d0a3', 'load', '2ff486c73adccebe', 'support-agent', 'asyncpg.exceptions.DeadlockDetectedError', 'v2:e33f6c68a73ca0e6', 'postgresql.deadlock', 'c-e013233c', NULL);
INSERT INTO public.failure_matches_y2026w49 VALUES
	('01a231cd-9d26-79de-b898-d38fc932f380', 'run-9325f6e5', NULL, 'ConnectionRefusedError', '[Errno 111] Connection refused: 10.1.207.7:775916', 'CONNECTION_REFUSED', 'type', 0.97, 'TRANSIENT', 'MEDIUM', true, 'RETRY_EXPONENTIAL', 'Check that the service is running and listens on this port. Retry with backoff; nothing was executed.', false, false, 'search_orders', 9, '{"scope": "failcat.load", "span_kind": "CLIENT", "span_name": "chat gpt-5", "attributes": {"url.full": "https://api.example.com/v1/chat/completions", "error.type": "ConnectionRefusedError", "server.address": "api.example.com", "gen_ai.provider.name": "openai", "gen_ai.request.model": "gpt-5", "gen_ai.operation.name": "chat", "gen_ai.usage.input_tokens": 2562}}', '2026-12-01 13:31:28.540745+00', '2026-12-01 13:31:28.540745+00', '2026-12-01 13:31:28.422477+00', '14089366ac467db04112371632c63bd7', '962b8b2a775f4d9a', 'load', 'e7e7a08e0d3706a7', 'support-agent', 'ConnectionRefusedError', 'v2:3ba3e0506742aa1d', 'python.connection_refused', 'c-e013233c', NULL),
	('01a231cd-9d26-7b20-abc7-008d0ce9b093', 'run-9b87a614', NULL, 'json.decoder.JSONDecodeError', 'Expecting '','' delimiter: line 194 column 183893 (char 183893)', 'DESERIALIZATION_ERROR', 'type', 0.97, 'DATA', 'MEDIUM', true, 'RETRY_IMMEDIATE', 'Give the error back to the model and ask for plain JSON without a code fence, at most twice. Log the start of the text; repair the JSON if only its end is missing.', false, false, 'search_orders', 0, '{"scope": "failcat.load", "span_kind": "CLIENT", "span_name": "chat gpt-5", "attributes": {"url.full": "https://api.example.com/v1/chat/completions", "error.type": "json.decoder.JSONDecodeError", "server.address": "api.example.com", "gen_ai.provider.name": "openai", "gen_ai.request.model": "gpt-5", "gen_ai.operation.name": "chat", "gen_ai.usage.input_tokens": 4310}}', '2026-12-01 13:31:28.540745+00', '2026-12-01 13:31:28.540745+00', '2026-12-01 13:31:28.422512+00', '0258bee141d69c45f9f2cf9f66c3e49d', '7b006ba40f48f984', 'load', '958be0b2f2f56963', 'support-agent', 'json.decoder.JSONDecodeError', 'v2:579998db6bcedeab', 'schema.json', 'c-e013233c', NULL),
	('01a231cd-9d26-7bab-89a7-0955a01d2ae6', 'run-5e529d8d', NULL, 'ConnectionRefusedError', '[Errno 111] Connection refused: 10.1.188.7:345991', 'CONNECTION_REFUSED', 'type', 0.97, 'TRANSIENT', 'MEDIUM', true, 'RETRY_EXPONENTIAL', 'Check that the service is running and listens on this port. Retry with backoff; nothing was executed.', false, false, 'search_orders', 5, '{"scope": "failcat.load", "span_kind": "CLIENT", "span_name": "chat gpt-5", "attributes": {"url.full": "https://api.example.com/v1/chat/completions", "error.type": "ConnectionRefusedError", "server.address": "api.example.com", "gen_ai.provider.name": "openai", "gen_ai.request.model": "gpt-5", "gen_ai.operation.name": "chat", "gen_ai.usage.input_tokens": 8238}}', '2026-12-01 13:31:28.540745+00', '2026-12-01 13:31:28.540745+00', '2026-12-01 13:31:28.42259+00', '6bf201f67dff5050a392882c0263d4e1', '84c5cffda41854a2', 'load', 'bf63f3c39cb98dd1', 'support-agent', 'ConnectionRefusedError', 'v2:3ba3e0506742aa1d', 'python.connection_refused', 'c-e013233c', NULL),
	('01a231cd-9d26-7bc2-83a6-35df28e2c7b1', 'run-a1269cf3', NULL, 'asyncpg.exceptions.DeadlockDetectedError', 'deadlock detected: process 411455 waits for ShareLock on 221', 'DB_CONTENTION', 'type', 0.97, 'INFRASTRUCTURE', 'MEDIUM', true, 'RETRY_WITH_JITTER', 'Retry the whole transaction with jitter, and take locks in one order everywhere.', false, false, 'search_orders', 19, '{"scope": "failcat.load", "span_kind": "CLIENT", "span_name": "chat gpt-5", "attributes": {"url.full": "https://api.example.com/v1/chat/completions", "error.type": "asyncpg.exceptions.DeadlockDetectedError", "server.address": "api.example.com", "gen_ai.provider.name": "openai", "gen_ai.request.model": "gpt-5", "gen_ai.operation.name": "chat", "gen_ai.usage.input_tokens": 1744}}', '2026-12-01 13:31:28.540745+00', '2026-12-01 13:31:28.540745+00', '2026-12-01 13:31:28.422702+00', '27e688111570d9356a417491dba0938e', '87788ca425840972', 'load', 'd0e4a4d5eea83dc6', 'support-agent', 'asyncpg.exceptions.DeadlockDetectedError', 'v2:e33f6c68a73ca0e6', 'postgresql.deadlock', 'c-e013233c', NULL),
	('01a231cd-9d26-7d93-a1ba-f03ba632d985', 'run-6a013257', NULL, 'json.decoder.JSONDecodeError', 'Expecting '','' delimiter: line 66 column 839010 (char 839010)', 'DESERIALIZATION_ERROR', 'type', 0.97, 'DATA', 'MEDIUM', true, 'RETRY_IMMEDIATE', 'Give the error back to the model and ask for plain JSON without a code fence, at most twice. Log the start of the text; repair the JSON if only its end is missing.', false, false, 'search_orders', 7, '{"scope": "failcat.load", "span_kind": "CLIENT", "span_name": "chat gpt-5", "attributes": {"url.full": "https://api.example.com/v1/chat/completions", "error.type": "json.decoder.JSONDecodeError", "server.address": "api.example.com", "gen_ai.provider.name": "openai", "gen_ai.request.model": "gpt-5", "gen_ai.operation.name": "chat", "gen_ai.usage.input_tokens": 2295}}', '2026-12-01 13:31:28.540745+00', '2026-12-01 13:31:28.540745+00', '2026-12-01 13:31:28.422675+00', 'ac715329873e6b1f2750ba787b0989a1', 'fb2a1005b3e02f5c', 'load', '7d2330c21f527302', 'support-agent', 'json.decoder.JSONDecodeError', 'v2:579998db6bcedeab', 'schema.json', 'c-e013233c', NULL),
	('01a231cd-9d26-7eba-aeed-5bf51158e18d', 'run-95c77dd1', NULL, 'openai.RateLimitError', 'Error code: 429 - {''error'': {''message'': ''Rate limit reached for gpt-5 in organization org-f50be354bfdc17d2 on tokens per min (TPM): Limit 30000, Used 950690, Requested 1200. Please try again in 34ms.'', ''type'': ''tokens'', ''param'': None, ''code'': ''rate_limit_exceeded''}}', 'RATE_LIMITED', 'code', 0.92, 'RESOURCE', 'MEDIUM', true, 'RETRY_EXPONENTIAL', 'Wait for Retry-After or the delay in the message, then retry. Send fewer requests or tokens per minute, or ask for a higher tier.', false, false, 'search_orders', 14, '{"scope": "failcat.load", "span_kind": "CLIENT", "span_name": "chat gpt-5", "attributes": {"url.full": "https://api.example.com/v1/chat/completions", "error.type": "openai.RateLimitError", "server.address": "api.example.com", "gen_ai.provider.name": "openai", "gen_ai.request.model": "gpt-5", "gen_ai.operation.name": "chat", "gen_ai.usage.input_tokens": 3006}, "retry_after_seconds": 0.034}', '2026-12-01 13:31:28.540745+00', '2026-12-01 13:31:28.540745+00', '2026-12-01 13:31:28.422647+00', '6c67e351304f4a1a5817303fb50a44af', 'c4ee8cacdc54869e', 'load', 'f678c90c1397d9e4', 'support-agent', 'openai.RateLimitError', 'v2:f84b99890855f45d', 'openai.rate_limit', 'c-e013233c', NULL),
	('01a231cd-9d26-7f06-a9eb-4d8ffce02b16', 'run-f0f9a5d6', NULL, 'json.decoder.JSONDecodeError', 'Expecting '','' delimiter: line 35 column 521672 (char 521672)', 'DESERIALIZATION_ERROR', 'type', 0.97, 'DATA', 'MEDIUM', true, 'RETRY_IMMEDIATE', 'Give the error back to the model and ask for plain JSON without a code fence, at most twice. Log the start of the text; repair the JSON if only its end is missing.', false, false, 'search_orders', 7, '{"scope": "failcat.load", "span_kind": "CLIENT", "span_name": "chat gpt-5", "attributes": {"url.full": "https://api.example.com/v1/chat/completions", "error.type": "json.decoder.JSONDecodeError", "server.address": "api.example.com", "gen_ai.provider.name": "openai", "gen_ai.request.model": "gpt-5", "gen_ai.operation.name": "chat", "gen_ai.usage.input_tokens": 7076}}', '2026-12-01 13:31:28.540745+00', '2026-12-01 13:31:28.540745+00', '2026-12-01 13:31:28.422661+00', '80ce9cc09ee6cb4443a7e4751ad6b4f0', '152c22e23661abdf', 'load', '1779bdc37949c3a9', 'support-agent', 'json.decoder.JSONDecodeError', 'v2:579998db6bcedeab', 'schema.json', 'c-e013233c', NULL),
	('01a231cd-9d26-7f58-983d-73fe89562ef3', 'run-ced81406', NULL, 'anthropic.BadRequestError', 'Error code: 400 - {''type'': ''error'', ''error'': {''type'': ''invalid_request_error'', ''message'': ''prompt is too long: 326248 tokens > 200000 maximum''}, ''request_id'': ''req_3f04a2894da49637''}', 'LLM_CONTEXT_EXCEEDED', 'regex', 0.98, 'SKILL', 'MEDIUM', false, 'FALLBACK', 'Compact or summarise the conversation, then retry once. Lower max_tokens or switch to a model with a larger window.', false, false, 'search_orders', 4, '{"scope": "failcat.load", "span_kind": "CLIENT", "span_name": "chat gpt-5", "attributes": {"url.full": "https://api.example.com/v1/chat/completions", "error.type": "anthropic.BadRequestError", "server.address": "api.example.com", "gen_ai.provider.name": "openai", "gen_ai.request.model": "gpt-5", "gen_ai.operation.name": "chat", "gen_ai.usage.input_tokens": 1184}}', '2026-12-01 13:31:28.540745+00', '2026-12-01 13:31:28.540745+00', '2026-12-01 13:31:28.422434+00', '60fae9de536d4a3307601f1cb9dd662a', '6ec00fea50182cd6', 'load', '406e03e601ae606b', 'support-agent', 'anthropic.BadRequestError', 'v2:43518060beebfd34', 'anthropic.prompt_too_long', 'c-e013233c', NULL),
	('01a231cd-9d36-7153-a4a3-916ae8fb8927', 'run-19822b2e', NULL, 'ConnectionRefusedError', '[Errno 111] Connection refused: 10.1.131.7:779939', 'CONNECTION_REFUSED', 'type', 0.97, 'TRANSIENT', 'MEDIUM', true, 'RETRY_EXPONENTIAL', 'Check that the service is running and listens on this port. Retry with backoff; nothing was executed.', false, false, 'search_orders', 15, '{"scope": "failcat.load", "span_kind": "CLIENT", "span_name": "chat gpt-5", "attributes": {"url.full": "https://api.example.com/v1/chat/completions", "error.type": "ConnectionRefusedError", "server.address": "api.example.com", "gen_ai.provider.name": "openai", "gen_ai.request.model": "gpt-5", "gen_ai.operation.name": "chat", "gen_ai.usage.input_tokens": 7420}}', '2026-12-01 13:31:28.540745+00', '2026-12-01 13:31:28.540745+00', '2026-12-01 13:31:28.438527+00', '2160f9ed31854cee45e0471fd5f85a36', 'b12d9149efa99541', 'load', 'c379f577157909bb', 'support-agent', 'ConnectionRefusedError', 'v2:3ba3e0506742aa1d', 'python.connection_refused', 'c-e013233c', NULL),
	('01a231cd-9d36-7218-9c78-4a025b484b07', 'run-96e8ad43', NULL, 'anthropic.BadRequestError', 'Error code: 400 - {''type'': ''error'', ''error'': {''type'': ''invalid_request_error'', ''message'': ''prompt is too long: 354930 tokens > 200000 maximum''}, ''request_id'': ''req_d12673163ee73261''}', 'LLM_CONTEXT_EXCEEDED', 'regex', 0.98, 'SKILL', 'MEDIUM', false, 'FALLBACK', 'Compact or summarise the conversation, then retry once. Lower max_tokens or switch to a model with a larger window.', false, false, 'search_orders', 18, '{"scope": "failcat.load", "span_kind": "CLIENT", "span_name": "chat gpt-5", "attributes": {"url.full": "https://api.example.com/v1/chat/completions", "error.type": "anthropic.BadRequestError", "server.address": "api.example.com", "gen_ai.provider.name": "openai", "gen_ai.request.model": "gpt-5", "gen_ai.operation.name": "chat", "gen_ai.usage.input_tokens": 1654}}', '2026-12-01 13:31:28.540745+00', '2026-12-01 13:31:28.540745+00', '2026-12-01 13:31:28.438654+00', '2c595c9aa03472fe5db21bd081cf2e0f', '3e8f1a508dc0b08b', 'load', '929b986fddaa46fe', 'support-agent', 'anthropic.BadRequestError', 'v2:43518060beebfd34', 'anthropic.prompt_too_long', 'c-e013233c', NULL),
	('01a231cd-9d36-72ad-af0d-c4b3c36c140e', 'run-6618e00c', NULL, 'openai.RateLimitError', 'Error code: 429 - {''error'': {''message'': ''Rate limit reached for gpt-5 in organization org-d14e0451b5b14c77 on tokens per min (TPM): Limit 30000, Used 935642, Requested 1200. Please try again in 113ms.'', ''type'': ''tokens'', ''param'': None, ''code'': ''rate_limit_exceeded''}}', 'RATE_LIMITED', 'code', 0.92, 'RESOURCE', 'MEDIUM', true, 'RETRY_EXPONENTIAL', 'Wait for Retry-After or the delay in the message, then retry. Send fewer requests or tokens per minute, or ask for a higher tier.', false, false, 'search_orders', 16, '{"scope": "failcat.load", "span_kind": "CLIENT", "span_name": "chat gpt-5", "attributes": {"url.full": "https://api.example.com/v1/chat/completions", "error.type": "openai.RateLimitError", "server.address": "api.example.com", "gen_ai.provider.name": "openai", "gen_ai.request.model": "gpt-5", "gen_ai.operation.name": "chat", "gen_ai.usage.input_tokens": 4502}, "retry_after_seconds": 0.113}', '2026-12-01 13:31:28.540745+00', '2026-12-01 13:31:28.540745+00', '2026-12-01 13:31:28.438666+00', '63322e03d7ac5ca14783fec0ac4404f5', '5e61ad33d967e729', 'load', 'da9765a3926e121e', 'support-agent', 'openai.RateLimitError', 'v2:f84b99890855f45d', 'openai.rate_limit', 'c-e013233c', NULL),
	('01a231cd-9d36-733e-8a40-5b2451e00100', 'run-2eb71f9a', NULL, 'anthropic.BadRequestError', 'Error code: 400 - {''type'': ''error'', ''error'': {''type'': ''invalid_request_error'', ''message'': ''prompt is too long: 233683 tokens > 200000 maximum''}, ''request_id'': ''req_f9e95ac1cd94afde''}', 'LLM_CONTEXT_EXCEEDED', 'regex', 0.98, 'SKILL', 'MEDIUM', false, 'FALLBACK', 'Compact or summarise the conversation, then retry once. Lower max_tokens or switch to a model with a larger window.', false, false, 'search_orders', 16, '{"scope": "failcat.load", "span_kind": "CLIENT", "span_name": "chat gpt-5", "attributes": {"url.full": "https://api.example.com/v1/chat/completions", "error.type": "anthropic.BadRequestError", "server.address": "api.example.com", "gen_ai.provider.name": "openai", "gen_ai.request.model": "gpt-5", "gen_ai.operation.name": "chat", "gen_ai.usage.input_tokens": 1904}}', '2026-12-01 13:31:28.540745+00', '2026-12-01 13:31:28.540745+00', '2026-12-01 13:31:28.438726+00', '2e84fbc4ed16e1df85dd8790fe1ccafb', '314660eee4445d2d', 'load', '156a784ef1d01256', 'support-agent', 'anthropic.BadRequestError', 'v2:43518060beebfd34', 'anthropic.prompt_too_long', 'c-e013233c', NULL),
	('01a231cd-9d36-73ed-9ff6-a89aa788c38a', 'run-0f5c23d5', NULL, 'asyncpg.exceptions.DeadlockDetectedError', 'deadlock detected: process 547826 waits for ShareLock on 147', 'DB_CONTENTION', 'type', 0.97, 'INFRASTRUCTURE', 'MEDIUM', true, 'RETRY_WITH_JITTER', 'Retry the whole transaction with jitter, and take locks in one order everywhere.', false, false, 'search_orders', 16, '{"scope": "failcat.load", "span_kind": "CLIENT", "span_name": "chat gpt-5", "attributes": {"url.full": "https://api.example.com/v1/chat/completions", "error.type": "asyncpg.exceptions.DeadlockDetectedError", "server.address": "api.example.com", "gen_ai.provider.name": "openai", "gen_ai.request.model": "gpt-5", "gen_ai.operation.name": "chat", "gen_ai.usage.input_tokens": 1567}}', '2026-12-01 13:31:28.540745+00', '2026-12-01 13:31:28.540745+00', '2026-12-01 13:31:28.438702+00', 'e2091e6d37e4e640359de0f93cf2fb0f', '693cd51769ff7659', 'load', '5b0e6e0e22017483', 'support-agent', 'asyncpg.exceptions.DeadlockDetectedError', 'v2:e33f6c68a73ca0e6', 'postgresql.deadlock', 'c-e013233c', NULL),
	('01a231cd-9d36-7430-a708-31d28559ff1c', 'run-a6735848', NULL, 'ConnectionRefusedError', '[Errno 111] Connection refused: 10.1.86.7:501756', 'CONNECTION_REFUSED', 'type', 0.97, 'TRANSIENT', 'MEDIUM', true, 'RETRY_EXPONENTIAL', 'Check that the service is running and listens on this port. Retry with backoff; nothing was executed.', false, false, 'search_orders', 17, '{"scope": "failcat.load", "span_kind": "CLIENT", "span_name": "chat gpt-5", "attributes": {"url.full": "https://api.example.com/v1/chat/completions", "error.type": "ConnectionRefusedError", "server.address": "api.example.com", "gen_ai.provider.name": "openai", "gen_ai.request.model": "gpt-5", "gen_ai.operation.name": "chat", "gen_ai.usage.input_tokens": 135}}', '2026-12-01 13:31:28.540745+00', '2026-12-01 13:31:28.540745+00', '2026-12-01 13:31:28.438541+00', '959d84498ae277ed6c654620e17317b8', 'e623043ef1a5a499', 'load', '5a8f63ed80ac4574', 'support-agent', 'ConnectionRefusedError', 'v2:3ba3e0506742aa1d', 'python.connection_refused', 'c-e013233c', NULL),
	('01a231cd-9d36-74ee-a359-b868248aa55c', 'run-6020219d', NULL, 'anthropic.BadRequestError', 'Error code: 400 - {''type'': ''error'', ''error'': {''type'': ''invalid_request_error'', ''message'': ''prompt is too long: 768042 tokens > 200000 maximum''}, ''request_id'': ''req_6396dc32230678ba''}', 'LLM_CONTEXT_EXCEEDED', 'regex', 0.98, 'SKILL', 'MEDIUM', false, 'FALLBACK', 'Compact or summarise the conversation, then retry once. Lower max_tokens or switch to a model with a larger window.', false, false, 'search_orders', 15, '{"scope": "failcat.load", "span_kind": "CLIENT", "span_name": "chat gpt-5", "attributes": {"url.full": "https://api.example.com/v1/chat/completions", "error.type": "anthropic.BadRequestError", "server.address": "api.example.com", "gen_ai.provider.name": "openai", "gen_ai.request.model": "gpt-5", "gen_ai.operation.name": "chat", "gen_ai.usage.input_tokens": 7961}}', '2026-12-01 13:31:28.540745+00', '2026-12-01 13:31:28.540745+00', '2026-12-01 13:31:28.43851+00', '356560024c386ad74230fe796c76553c', 'f2527d8e9de01963', 'load', 'ea678adb04c84786', 'support-agent', 'anthropic.BadRequestError', 'v2:43518060beebfd34', 'anthropic.prompt_too_long', 'c-e013233c', NULL),
	('01a231cd-9d36-74f1-9067-78921d0573b2', 'run-69674252', NULL, 'openai.RateLimitError', 'Error code: 429 - {''error'': {''message'': ''Rate limit reached for gpt-5 in organization org-b9959783cb0def2e on tokens per min (TPM): Limit 30000, Used 426460, Requested 1200. Please try again in 167ms.'', ''type'': ''tokens'', ''param'': None, ''code'': ''rate_limit_exceeded''}}', 'RATE_LIMITED', 'code', 0.92, 'RESOURCE', 'MEDIUM', true, 'RETRY_EXPONENTIAL', 'Wait for Retry-After or the delay in the message, then retry. Send fewer requests or tokens per minute, or ask for a higher tier.', false, false, 'search_orders', 11, '{"scope": "failcat.load", "span_kind": "CLIENT", "span_name": "chat gpt-5", "attributes": {"url.full": "https://api.example.com/v1/chat/completions", "error.type": "openai.RateLimitError", "server.address": "api.example.com", "gen_ai.provider.name": "openai", "gen_ai.request.model": "gpt-5", "gen_ai.operation.name": "chat", "gen_ai.usage.input_tokens": 8312}, "retry_after_seconds": 0.167}', '2026-12-01 13:31:28.540745+00', '2026-12-01 13:31:28.540745+00', '2026-12-01 13:31:28.438592+00', 'f44d43bb0d728479e0308871ca238eda', '83c84c3e3c6fed45', 'load', 'a08675e2ed46c29c', 'support-agent', 'openai.RateLimitError', 'v2:f84b99890855f45d', 'openai.rate_limit', 'c-e013233c', NULL),
	('01a231cd-9d36-75ac-a037-322cd15492fd', 'run-c336ab7c', NULL, 'acme.tools.OrderError', 'order 821404 of customer b47f3542e1200e01 failed after 93 attempts', NULL, 'unknown', 0, NULL, NULL, false, NULL, NULL, false, false, 'search_orders', 10, '{"scope": "failcat.load", "span_kind": "CLIENT", "span_name": "chat gpt-5", "attributes": {"url.full": "https://api.example.com/v1/chat/completions", "error.type": "acme.tools.OrderError", "server.address": "api.example.com", "gen_ai.provider.name": "openai", "gen_ai.request.model": "gpt-5", "gen_ai.operation.name": "chat", "gen_ai.usage.input_tokens": 1688}}', '2026-12-01 13:31:28.540745+00', '2026-12-01 13:31:28.540745+00', '2026-12-01 13:31:28.438678+00', 'be10dda1f8d5f3a3f425ece1379615ca', '5a1a9d79fd26013a', 'load', 'cef70ab8760ba988', 'support-agent', 'acme.tools.OrderError', 'v2:bc7d2219ac7ee549', NULL, 'c-e013233c', NULL),
	('01a231cd-9d36-7620-90c8-820faa53bb57', 'run-a94ca0cf', NULL, 'acme.tools.OrderError', 'order 578715 of customer aaee35e7f5634067 failed after 52 attempts', NULL, 'unknown', 0, NULL, NULL, false, NULL, NULL, false, false, 'search_orders', 15, '{"scope": "failcat.load", "span_kind": "CLIENT", "span_name": "chat gpt-5", "attributes": {"url.full": "https://api.example.com/v1/chat/completions", "error.type": "acme.tools.OrderError", "server.address": "api.example.com", "gen_ai.provider.name": "openai", "gen_ai.request.model": "gpt-5", "gen_ai.operation.name": "chat", "gen_ai.usage.input_tokens": 6543}}', '2026-12-01 13:31:28.540745+00', '2026-12-01 13:31:28.540745+00', '2026-12-01 13:31:28.438618+00', '9b14743db5be31d0ecb497cc0652a9ae', '14739c13561c748e', 'load', '8e89bf5857c57aac', 'support-agent', 'acme.tools.OrderError', 'v2:bc7d2219ac7ee549', NULL, 'c-e013233c', NULL),
	('01a231cd-9d36-76e5-b904-2022eba734ff', 'run-308b9718', NULL, 'json.decoder.JSONDecodeError', 'Expecting '','' delimiter: line 159 column 817732 (char 817732)', 'DESERIALIZATION_ERROR', 'type', 0.97, 'DATA', 'MEDIUM', true, 'RETRY_IMMEDIATE', 'Give the error back to the model and ask for plain JSON without a code fence, at most twice. Log the start of the text; repair the JSON if only its end is missing.', false, false, 'search_orders', 3, '{"scope": "failcat.load", "span_kind": "CLIENT", "span_name": "chat gpt-5", "attributes": {"url.full": "https://api.example.com/v1/chat/completions", "error.type": "json.decoder.JSONDecodeError", "server.address": "api.example.com", "gen_ai.provider.name": "openai", "gen_ai.request.model": "gpt-5", "gen_ai.operation.name": "chat", "gen_ai.usage.input_tokens": 8642}}', '2026-12-01 13:31:28.540745+00', '2026-12-01 13:31:28.540745+00', '2026-12-01 13:31:28.438606+00', '378b346afa93b44c1469ad1308839914', 'bd27d1e587055b90', 'load', 'd811837180ba5946', 'support-agent', 'json.decoder.JSONDecodeError', 'v2:579998db6bcedeab', 'schema.json', 'c-e013233c', NULL),
	('01a231cd-9d36-789d-949e-82f37c11856f', 'run-d3429468', NULL, 'asyncpg.exceptions.DeadlockDetectedError', 'deadlock detected: process 334161 waits for ShareLock on 31', 'DB_CONTENTION', 'type', 0.97, 'INFRASTRUCTURE', 'MEDIUM', true, 'RETRY_WITH_JITTER', 'Retry the whole transaction with jitter, and take locks in one order everywhere.', false, false, 'search_orders', 3, '{"scope": "failcat.load", "span_kind": "CLIENT", "span_name": "chat gpt-5", "attributes": {"url.full": "https://api.example.com/v1/chat/completions", "error.type": "asyncpg.exceptions.DeadlockDetectedError", "server.address": "api.example.com", "gen_ai.provider.name": "openai", "gen_ai.request.model": "gpt-5", "gen_ai.operation.name": "chat", "gen_ai.usage.input_tokens": 3553}}', '2026-12-01 13:31:28.540745+00', '2026-12-01 13:31:28.540745+00', '2026-12-01 13:31:28.438554+00', '16d8997a5342d04ff0b8c358773dbb1e', 'd517b7741fb29fed', 'load', '9dd8ce17a5f2f0da', 'support-agent', 'asyncpg.exceptions.DeadlockDetectedError', 'v2:e33f6c68a73ca0e6', 'postgresql.deadlock', 'c-e013233c', NULL),
	('01a231cd-9d36-78af-9a1f-907117eb061b', 'run-f476f515', NULL, 'anthropic.BadRequestError', 'Error code: 400 - {''type'': ''error'', ''error'': {''type'': ''invalid_request_error'', ''message'': ''prompt is too long: 394065 tokens > 200000 maximum''}, ''request_id'': ''req_e06fe2346fd5bd98''}', 'LLM_CONTEXT_EXCEEDED', 'regex', 0.98, 'SKILL', 'MEDIUM', false, 'FALLBACK', 'Compact or summarise the conversation, then retry once. Lower max_tokens or switch to a model with a larger window.', false, false, 'search_orders', 18, '{"scope": "failcat.load", "span_kind": "CLIENT", "span_name": "chat gpt-5", "attributes": {"url.full": "https://api.example.com/v1/chat/completions", "error.type": "anthropic.BadRequestError", "server.address": "api.example.com", "gen_ai.provider.name": "openai", "gen_ai.request.model": "gpt-5", "gen_ai.operation.name": "chat", "gen_ai.usage.input_tokens": 4626}}', '2026-12-01 13:31:28.540745+00', '2026-12-01 13:31:28.540745+00', '2026-12-01 13:31:28.438567+00', '8a9bfa1bd6d937b3a06b48025648bd2e', 'a51e2b57250a1fa7', 'load', '1cd9f48256ec4e73', 'support-agent', 'anthropic.BadRequestError', 'v2:43518060beebfd34', 'anthropic.prompt_too_long', 'c-e013233c', NULL),
	('01a231cd-9d36-7a00-94cd-d29c6b6cc783', 'run-888fa3b9', NULL, 'openai.RateLimitError', 'Error code: 429 - {''error'': {''message'': ''Rate limit reached for gpt-5 in organization org-c2f294bc6aa69605 on tokens per min (TPM): Limit 30000, Used 207533, Requested 1200. Please try again in 242ms.'', ''type'': ''tokens'', ''param'': None, ''code'': ''rate_limit_exceeded''}}', 'RATE_LIMITED', 'code', 0.92, 'RESOURCE', 'MEDIUM', true, 'RETRY_EXPONENTIAL', 'Wait for Retry-After or the delay in the message, then retry. Send fewer requests or tokens per minute, or ask for a higher tier.', false, false, 'search_orders', 19, '{"scope": "failcat.load", "span_kind": "CLIENT", "span_name": "chat gpt-5", "attributes": {"url.full": "https://api.example.com/v1/chat/completions", "error.type": "openai.RateLimitError", "server.address": "api.example.com", "gen_ai.provider.name": "openai", "gen_ai.request.model": "gpt-5", "gen_ai.operation.name": "chat", "gen_ai.usage.input_tokens": 2206}, "retry_after_seconds": 0.242}', '2026-12-01 13:31:28.540745+00', '2026-12-01 13:31:28.540745+00', '2026-12-01 13:31:28.438739+00', '8dd7e871cda99ec9aad5e89e42a3b2ac', 'd3114442d7e4e3f1', 'load', 'a525b52174cba4c5', 'support-agent', 'openai.RateLimitError', 'v2:f84b99890855f45d', 'openai.rate_limit', 'c-e013233c', NULL),
	('01a231cd-9d36-7a00-aff7-dfbcd6763f2a', 'run-0030757b', NULL, 'ConnectionRefusedError', '[Errno 111] Connection refused: 10.1.48.7:354075', 'CONNECTION_REFUSED', 'type', 0.97, 'TRANSIENT', 'MEDIUM', true, 'RETRY_EXPONENTIAL', 'Check that the service is running and listens on this port. Retry with backoff; nothing was executed.', false, false, 'search_orders', 5, '{"scope": "failcat.load", "span_kind": "CLIENT", "span_name": "chat gpt-5", "attributes": {"url.full": "https://api.example.com/v1/chat/completions", "error.type": "ConnectionRefusedError", "server.address": "api.example.com", "gen_ai.provider.name": "openai", "gen_ai.request.model": "gpt-5", "gen_ai.operation.name": "chat", "gen_ai.usage.input_tokens": 4216}}', '2026-12-01 13:31:28.540745+00', '2026-12-01 13:31:28.540745+00', '2026-12-01 13:31:28.43869+00', 'ac1748051e615c2e52b72c8c059cc908', '49b1e762f0de0396', 'load', 'cf6f6e6ac9d53c87', 'support-agent', 'ConnectionRefusedError', 'v2:3ba3e0506742aa1d', 'python.connection_refused', 'c-e013233c', NULL),
	('01a231cd-9d36-7adb-b656-773426d62a4b', 'run-3f3e8d0b', NULL, 'json.decoder.JSONDecodeError', 'Expecting '','' delimiter: line 234 column 748946 (char 748946)', 'DESERIALIZATION_ERROR', 'type', 0.97, 'DATA', 'MEDIUM', true, 'RETRY_IMMEDIATE', 'Give the error back to the model and ask for plain JSON without a code fence, at most twice. Log the start of the text; repair the JSON if only its end is missing.', false, false, 'search_orders', 18, '{"scope": "failcat.load", "span_kind": "CLIENT", "span_name": "chat gpt-5", "attributes": {"url.full": "https://api.example.com/v1/chat/completions", "error.type": "json.decoder.JSONDecodeError", "server.address": "api.example.com", "gen_ai.provider.name": "openai", "gen_ai.request.model": "gpt-5", "gen_ai.operation.name": "chat", "gen_ai.usage.input_tokens": 7692}}', '2026-12-01 13:31:28.540745+00', '2026-12-01 13:31:28.540745+00', '2026-12-01 13:31:28.43863+00', '0f2158660b259a71df21a8b9a558ccff', '6372a99a11450aa0', 'load', '6ecee883b4ce1a80', 'support-agent', 'json.decoder.JSONDecodeError', 'v2:579998db6bcedeab', 'schema.json', 'c-e013233c', NULL),
	('01a231cd-9d36-7bc2-9f15-35ec002c38d4', 'run-324edc52', NULL, 'ConnectionRefusedError', '[Errno 111] Connection refused: 10.1.6.7:520631', 'CONNECTION_REFUSED', 'type', 0.97, 'TRANSIENT', 'MEDIUM', true, 'RETRY_EXPONENTIAL', 'Check that the service is running and listens on this port. Retry with backoff; nothing was executed.', false, false, 'search_orders', 5, '{"scope": "failcat.load", "span_kind": "CLIENT", "span_name": "chat gpt-5", "attributes": {"url.full": "https://api.example.com/v1/chat/completions", "error.type": "ConnectionRefusedError", "server.address": "api.example.com", "gen_ai.provider.name": "openai", "gen_ai.request.model": "gpt-5", "gen_ai.operation.name": "chat", "gen_ai.usage.input_tokens": 3201}}', '2026-12-01 13:31:28.540745+00', '2026-12-01 13:31:28.540745+00', '2026-12-01 13:31:28.438642+00', '67f57dcb82c5b26c9f08d92f0548fc13', 'cd94f639cb6be4b5', 'load', 'e32f81ae8ff82b1b', 'support-agent', 'ConnectionRefusedError', 'v2:3ba3e0506742aa1d', 'python.connection_refused', 'c-e013233c', NULL),
	('01a231cd-9d36-7dd1-a96f-6cb2f3d84014', 'run-e0677785', NULL, 'acme.tools.OrderError', 'order 915487 of customer 62577a8aab9bff5c failed after 209 attempts', NULL, 'unknown', 0, NULL, NULL, false, NULL, NULL, false, false, 'search_orders', 15, '{"scope": "failcat.load", "span_kind": "CLIENT", "span_name": "chat gpt-5", "attributes": {"url.full": "https://api.example.com/v1/chat/completions", "error.type": "acme.tools.OrderError", "server.address": "api.example.com", "gen_ai.provider.name": "openai", "gen_ai.request.model": "gpt-5", "gen_ai.operation.name": "chat", "gen_ai.usage.input_tokens": 5932}}', '2026-12-01 13:31:28.540745+00', '2026-12-01 13:31:28.540745+00', '2026-12-01 13:31:28.438579+00', 'a43fa6a5186242da42a1b27c61182983', '2e4cc37fe11a8621', 'load', '72d56cc3f96ab8a6', 'support-agent', 'acme.tools.OrderError', 'v2:bc7d2219ac7ee549', NULL, 'c-e013233c', NULL),
	('01a231cd-9d36-7f97-9e1f-c170a65017c0', 'run-f354842d', NULL, 'json.decoder.JSONDecodeError', 'Expecting '','' delimiter: line 239 column 867471 (char 867471)', 'DESERIALIZATION_ERROR', 'type', 0.97, 'DATA', 'MEDIUM', true, 'RETRY_IMMEDIATE', 'Give the error back to the model and ask for plain JSON without a code fence, at most twice. Log the start of the text; repair the JSON if only its end is missing.', false, false, 'search_orders', 13, '{"scope": "failcat.load", "span_kind": "CLIENT", "span_name": "chat gpt-5", "attributes": {"url.full": "https://api.example.com/v1/chat/completions", "error.type": "json.decoder.JSONDecodeError", "server.address": "api.example.com", "gen_ai.provider.name": "openai", "gen_ai.request.model": "gpt-5", "gen_ai.operation.name": "chat", "gen_ai.usage.input_tokens": 6564}}', '2026-12-01 13:31:28.540745+00', '2026-12-01 13:31:28.540745+00', '2026-12-01 13:31:28.438463+00', 'a3751c083a19199ed6d032e10b2ea73b', '2d56d984a20fa720', 'load', '227a3d3f6082c812', 'support-agent', 'json.decoder.JSONDecodeError', 'v2:579998db6bcedeab', 'schema.json', 'c-e013233c', NULL),
	('01a231cd-9d36-7ff6-836a-aaab38a6e571', 'run-e68bf5e9', NULL, 'openai.RateLimitError', 'Error code: 429 - {''error'': {''message'': ''Rate limit reached for gpt-5 in organization org-4c70bf4eb8c1e3b9 on tokens per min (TPM): Limit 30000, Used 743447, Requested 1200. Please try again in 233ms.'', ''type'': ''tokens'', ''param'': None, ''code'': ''rate_limit_exceeded''}}', 'RATE_LIMITED', 'code', 0.92, 'RESOURCE', 'MEDIUM', true, 'RETRY_EXPONENTIAL', 'Wait for Retry-After or the delay in the message, then retry. Send fewer requests or tokens per minute, or ask for a higher tier.', false, false, 'search_orders', 10, '{"scope": "failcat.load", "span_kind": "CLIENT", "span_name": "chat gpt-5", "attributes": {"url.full": "https://api.example.com/v1/chat/completions", "error.type": "openai.RateLimitError", "server.address": "api.example.com", "gen_ai.provider.name": "openai", "gen_ai.request.model": "gpt-5", "gen_ai.operation.name": "chat", "gen_ai.usage.input_tokens": 6912}, "retry_after_seconds": 0.233}', '2026-12-01 13:31:28.540745+00', '2026-12-01 13:31:28.540745+00', '2026-12-01 13:31:28.438714+00', '683f3a67cc51eea9e9ef165f14b834d5', '090e19dbc1ccae7f', 'load', 'c71772c1800f3fab', 'support-agent', 'openai.RateLimitError', 'v2:f84b99890855f45d', 'openai.rate_limit', 'c-e013233c', NULL);


--
-- Data for Name: failure_matches_y2026w50; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: failure_matches_y2026w51; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: failure_matches_y2026w52; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: failure_matches_y2026w53; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: failure_quarantine; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: job_runs; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.job_runs OVERRIDING SYSTEM VALUE VALUES
	(1, 'maintenance', '2026-12-01 13:31:26.946908+00', '2026-12-01 13:31:27.465529+00', true, '{"created": ["failure_matches_y2026w49", "failure_matches_y2026w50", "failure_matches_y2026w51", "failure_matches_y2026w52", "failure_matches_y2026w53"], "dropped": [], "postponed": [], "moved_rows": 0, "deleted_rows": {"job_runs": 0, "failure_groups": 0, "recovery_attempts": 0, "failure_quarantine": 0, "failure_matches_default": 0}, "dropped_rows": 0}');


--
-- Data for Name: recovery_attempts; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.recovery_attempts VALUES
	('01a231cd-9b9e-78af-b8ee-5bdc0f6dd192', 1, 'RETRY_WITH_JITTER', true, '2026-12-01 13:31:28.030879+00', 'DB_CONTENTION', 'acme', '1899ae9ae117f2b0a0a47e86f0566f40', '40ab5031c1fbbc13', true, '2026-12-01 13:31:28.20783+00'),
	('01a231cd-9b9e-7cf8-83dc-e1c2aae52ce0', 1, 'RETRY_EXPONENTIAL', false, '2026-12-01 13:31:28.03071+00', 'QUOTA_EXHAUSTED', 'globex', 'b361e49fdc09421874481b96f9e331c5', 'ca25e4ff2a712809', true, '2026-12-01 13:31:28.20783+00'),
	('01a231cd-9b9f-71b8-ba76-0cc8a1b98078', 1, 'RETRY_EXPONENTIAL', true, '2026-12-01 13:31:28.031577+00', 'RATE_LIMITED', 'acme', '127fa0cd2b0563f3d07f5b9f24dec86b', 'fe976ad11a2235df', true, '2026-12-01 13:31:28.20783+00'),
	('01a231cd-9b9f-726e-9ba6-caf52135a696', 1, 'RETRY_EXPONENTIAL', true, '2026-12-01 13:31:28.031081+00', 'RATE_LIMITED', 'acme', '8a3baeb8dc0e0ec296b8273154a19214', 'd45094eb648a4472', true, '2026-12-01 13:31:28.20783+00'),
	('01a231cd-9b9f-7376-810f-9381e3941238', 1, 'RETRY_EXPONENTIAL', false, '2026-12-01 13:31:28.031858+00', 'QUOTA_EXHAUSTED', 'globex', 'dd4453ce70f289cc59e877549af8d4d3', '20a5211276a2a2f1', true, '2026-12-01 13:31:28.20783+00'),
	('01a231cd-9b9f-7456-9ca4-e8c31ca76fd2', 1, 'RETRY_EXPONENTIAL', false, '2026-12-01 13:31:28.031524+00', 'QUOTA_EXHAUSTED', 'acme', '127fa0cd2b0563f3d07f5b9f24dec86b', '71823b6faf3283d3', true, '2026-12-01 13:31:28.20783+00'),
	('01a231cd-9b9f-7650-9e16-398856d75fb8', 1, 'RETRY_WITH_JITTER', true, '2026-12-01 13:31:28.031447+00', 'DB_CONTENTION', 'acme', '1d9e2c99122d4b13f61e6ecebcc85d9f', '8320418537c86c06', true, '2026-12-01 13:31:28.20783+00'),
	('01a231cd-9b9f-76ae-91df-7be5b4d48fd4', 1, 'RETRY_EXPONENTIAL', false, '2026-12-01 13:31:28.031173+00', 'RATE_LIMITED', 'acme', '8a3baeb8dc0e0ec296b8273154a19214', '3dac8e863f8c21f0', true, '2026-12-01 13:31:28.20783+00'),
	('01a231cd-9b9f-7988-90d1-a5cebd633a2a', 1, 'RETRY_WITH_JITTER', true, '2026-12-01 13:31:28.031396+00', 'DB_CONTENTION', 'acme', '1d9e2c99122d4b13f61e6ecebcc85d9f', '199e2dd6b34c563c', true, '2026-12-01 13:31:28.20783+00'),
	('01a231cd-9ba0-715c-802b-352ca6076077', 1, 'RETRY_EXPONENTIAL', true, '2026-12-01 13:31:28.032803+00', 'RATE_LIMITED', 'acme', '153f57b898b078a7ceac6e6bf08009bb', '9119d9444262ec93', true, '2026-12-01 13:31:28.20783+00'),
	('01a231cd-9ba0-72f6-a6f4-d91962ee48c3', 1, 'RETRY_WITH_JITTER', true, '2026-12-01 13:31:28.032485+00', 'DB_CONTENTION', 'acme', '1fc3af68a06b13c108c6e7f6fb5aa501', 'cce9fe7858d02103', true, '2026-12-01 13:31:28.20783+00'),
	('01a231cd-9ba0-76e6-a370-61b0ccf17eb9', 1, 'RETRY_EXPONENTIAL', true, '2026-12-01 13:31:28.032705+00', 'RATE_LIMITED', 'acme', '8be2d5130eedfecf9df1dae34df32fe4', 'b52a15d13a0dbb1f', true, '2026-12-01 13:31:28.20783+00'),
	('01a231cd-9ba0-76e6-a736-02bd1f3f1156', 1, 'RETRY_EXPONENTIAL', true, '2026-12-01 13:31:28.03233+00', 'RATE_LIMITED', 'acme', '7b6f59de09aaa38a357657779dc8af44', '7348fb4dccf326d2', true, '2026-12-01 13:31:28.20783+00'),
	('01a231cd-9ba0-7871-b496-22a14f54327a', 1, 'RETRY_WITH_JITTER', true, '2026-12-01 13:31:28.032043+00', 'DB_CONTENTION', 'globex', '60a809ea82b88a059ced92cb7da6137e', '60e27033cae88513', true, '2026-12-01 13:31:28.20783+00'),
	('01a231cd-9ba0-7d90-b6c1-ce0ee5ba3ab0', 1, 'RETRY_EXPONENTIAL', false, '2026-12-01 13:31:28.032653+00', 'QUOTA_EXHAUSTED', 'acme', '8be2d5130eedfecf9df1dae34df32fe4', '54ba89a3b6ea4fa9', true, '2026-12-01 13:31:28.20783+00'),
	('01a231cd-9ba0-7ddf-a851-433b71039d90', 1, 'RETRY_WITH_JITTER', true, '2026-12-01 13:31:28.032433+00', 'DB_CONTENTION', 'acme', '1fc3af68a06b13c108c6e7f6fb5aa501', '022f28b427d62fe7', true, '2026-12-01 13:31:28.20783+00'),
	('01a231cd-9ba0-7f1d-b361-28491342d723', 1, 'RETRY_EXPONENTIAL', false, '2026-12-01 13:31:28.032151+00', 'QUOTA_EXHAUSTED', 'globex', '60a809ea82b88a059ced92cb7da6137e', '319ae0e35a013e76', true, '2026-12-01 13:31:28.20783+00'),
	('01a231cd-9ba0-7f4f-bdd3-da8d99a2032e', 1, 'RETRY_EXPONENTIAL', false, '2026-12-01 13:31:28.033012+00', 'QUOTA_EXHAUSTED', 'globex', 'd4bac3818a8c31dd85eb065c0fe27f25', '94e268b7b8663535', true, '2026-12-01 13:31:28.20783+00'),
	('01a231cd-9ba1-7174-add3-25c56efaf5e5', 1, 'RETRY_EXPONENTIAL', true, '2026-12-01 13:31:28.033596+00', 'RATE_LIMITED', 'globex', '8d8e19705943f0d91f79346ff1f7257d', 'cf03d515ad5351b1', true, '2026-12-01 13:31:28.20783+00'),
	('01a231cd-9ba1-78da-9328-46fa24a3f396', 1, 'RETRY_EXPONENTIAL', false, '2026-12-01 13:31:28.033066+00', 'QUOTA_EXHAUSTED', 'globex', 'd4bac3818a8c31dd85eb065c0fe27f25', '46797a08bd7e0ecb', true, '2026-12-01 13:31:28.20783+00'),
	('01a231cd-9ba1-7ddd-b3cc-66014ab87031', 1, 'FALLBACK', true, '2026-12-01 13:31:28.03343+00', 'SERVICE_OVERLOADED', 'acme', 'ce0a38d68b89dd702a1e2153e7d0131b', 'de71f785a3967c24', true, '2026-12-01 13:31:28.20783+00'),
	('01a231cd-9bba-71e1-991e-acc116f0b160', 1, 'RETRY_EXPONENTIAL', true, '2026-12-01 13:31:28.058076+00', 'RATE_LIMITED', 'acme', 'f474dcf00b7939692f9ff3a8edff5538', 'dfc453a11e0d6f0a', true, '2026-12-01 13:31:28.20783+00'),
	('01a231cd-9bba-75c7-b550-4a36e28496b8', 1, 'RETRY_EXPONENTIAL', false, '2026-12-01 13:31:28.05874+00', 'QUOTA_EXHAUSTED', 'globex', 'bb494ebe4c77b4bea1b7c6b6d4f34505', '81c2bbcbff944ceb', true, '2026-12-01 13:31:28.20783+00'),
	('01a231cd-9bba-76fa-84e9-6c5adf3a0cce', 1, 'RETRY_WITH_JITTER', true, '2026-12-01 13:31:28.058558+00', 'DB_CONTENTION', 'acme', '98f841ecef2dfcefbf606fe48bccd57f', '3ac006a4ba319193', true, '2026-12-01 13:31:28.20783+00'),
	('01a231cd-9bba-78ab-8436-34c993330edf', 1, 'RETRY_EXPONENTIAL', true, '2026-12-01 13:31:28.058665+00', 'RATE_LIMITED', 'globex', 'bb494ebe4c77b4bea1b7c6b6d4f34505', '3688d1925a509b8f', true, '2026-12-01 13:31:28.20783+00'),
	('01a231cd-9bbb-71b0-9da5-cdc5df2ed83a', 1, 'RETRY_EXPONENTIAL', false, '2026-12-01 13:31:28.059696+00', 'QUOTA_EXHAUSTED', 'globex', 'c1f627992166b5d8148fdd9842403135', '1f98f5ff0a28aee8', true, '2026-12-01 13:31:28.20783+00'),
	('01a231cd-9bbb-71fa-9f01-a29fb674053b', 1, 'FALLBACK', true, '2026-12-01 13:31:28.059615+00', 'SERVICE_OVERLOADED', 'globex', 'c1f627992166b5d8148fdd9842403135', '0821ff152c0e5531', true, '2026-12-01 13:31:28.20783+00'),
	('01a231cd-9bbb-74a8-9bed-38a6c066ee6e', 1, 'FALLBACK', true, '2026-12-01 13:31:28.059954+00', 'SERVICE_OVERLOADED', 'acme', '6d9196573d21ddff20e3ef72bbffaa8e', '2fff5f2adf3afebb', true, '2026-12-01 13:31:28.20783+00'),
	('01a231cd-9bbb-7ef9-b853-8af2a1954929', 1, 'RETRY_EXPONENTIAL', true, '2026-12-01 13:31:28.059904+00', 'RATE_LIMITED', 'acme', '6d9196573d21ddff20e3ef72bbffaa8e', 'db5d78ea3e69c9bb', true, '2026-12-01 13:31:28.20783+00'),
	('01a231cd-9bbb-7fad-a509-061825c069aa', 1, 'RETRY_EXPONENTIAL', true, '2026-12-01 13:31:28.059561+00', 'RATE_LIMITED', 'globex', 'c1f627992166b5d8148fdd9842403135', '1024532861c8d329', true, '2026-12-01 13:31:28.20783+00'),
	('01a231cd-9bbc-716b-97da-46b847028104', 1, 'RETRY_EXPONENTIAL', true, '2026-12-01 13:31:28.061012+00', 'RATE_LIMITED', 'acme', '10e93ef490109c733ec5d57e2c55e5fa', '41093fb9737a0b20', true, '2026-12-01 13:31:28.20783+00'),
	('01a231cd-9bbc-727d-a231-06152f82df0d', 1, 'RETRY_EXPONENTIAL', false, '2026-12-01 13:31:28.060347+00', 'QUOTA_EXHAUSTED', 'globex', 'f3ffd4e914b62be4206265cb5ec5d64c', '4192a4545b19afa1', true, '2026-12-01 13:31:28.20783+00'),
	('01a231cd-9bbc-757d-88cd-58c382aac352', 1, 'RETRY_EXPONENTIAL', false, '2026-12-01 13:31:28.060671+00', 'QUOTA_EXHAUSTED', 'acme', '25bfa2d16d034a20656e1682dbabfea1', 'f03dee851e4687e1', true, '2026-12-01 13:31:28.20783+00'),
	('01a231cd-9bbc-769b-9fd3-dfc462554089', 1, 'RETRY_EXPONENTIAL', false, '2026-12-01 13:31:28.060077+00', 'QUOTA_EXHAUSTED', 'globex', '04c8880000a96baa1f8629d31310f83a', 'e137f9df4762aed8', true, '2026-12-01 13:31:28.20783+00'),
	('01a231cd-9bbc-7b51-9dd6-1c5b9d4dfd44', 1, 'RETRY_EXPONENTIAL', true, '2026-12-01 13:31:28.0604+00', 'RATE_LIMITED', 'globex', 'f3ffd4e914b62be4206265cb5ec5d64c', 'ecd9c8a40b75ffa2', true, '2026-12-01 13:31:28.20783+00'),
	('01a231cd-9bbc-7ef8-b1b0-c8188fa6db97', 1, 'RETRY_EXPONENTIAL', false, '2026-12-01 13:31:28.060836+00', 'QUOTA_EXHAUSTED', 'acme', '4fd5ba8d94d17386fc4360735508b1e6', '7fc8bafcd27a6f1d', true, '2026-12-01 13:31:28.20783+00'),
	('01a231cd-9bbd-7b09-ab0e-8a622ad085e6', 1, 'RETRY_WITH_JITTER', true, '2026-12-01 13:31:28.061349+00', 'DB_CONTENTION', 'globex', '9faf92c6477835e7792ffcc3173f0496', '6caa689db0546543', true, '2026-12-01 13:31:28.20783+00'),
	('01a231cd-9bd0-7aab-bbae-2c41fd698122', 1, 'RETRY_EXPONENTIAL', true, '2026-12-01 13:31:28.080517+00', 'RATE_LIMITED', 'acme', '9f1de62cd9120dec341c0c3a5b9c6c25', 'c7625d8ba8e2ec51', true, '2026-12-01 13:31:28.20783+00');


--
-- Name: job_runs_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.job_runs_id_seq', 1, true);


--
-- Name: alembic_version alembic_version_pkc; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.alembic_version
    ADD CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num);


--
-- Name: catalog_entries catalog_entries_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.catalog_entries
    ADD CONSTRAINT catalog_entries_pkey PRIMARY KEY (code);


--
-- Name: failure_group_hours failure_group_hours_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.failure_group_hours
    ADD CONSTRAINT failure_group_hours_pkey PRIMARY KEY (tenant_id, signature, hour, shard);


--
-- Name: failure_groups failure_groups_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.failure_groups
    ADD CONSTRAINT failure_groups_pkey PRIMARY KEY (tenant_id, signature);


--
-- Name: failure_matches failure_matches_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.failure_matches
    ADD CONSTRAINT failure_matches_pkey PRIMARY KEY (id);


--
-- Name: failure_matches_default failure_matches_default_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.failure_matches_default
    ADD CONSTRAINT failure_matches_default_pkey PRIMARY KEY (id);


--
-- Name: failure_matches_y2026w49 failure_matches_y2026w49_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.failure_matches_y2026w49
    ADD CONSTRAINT failure_matches_y2026w49_pkey PRIMARY KEY (id);


--
-- Name: failure_matches_y2026w50 failure_matches_y2026w50_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.failure_matches_y2026w50
    ADD CONSTRAINT failure_matches_y2026w50_pkey PRIMARY KEY (id);


--
-- Name: failure_matches_y2026w51 failure_matches_y2026w51_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.failure_matches_y2026w51
    ADD CONSTRAINT failure_matches_y2026w51_pkey PRIMARY KEY (id);


--
-- Name: failure_matches_y2026w52 failure_matches_y2026w52_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.failure_matches_y2026w52
    ADD CONSTRAINT failure_matches_y2026w52_pkey PRIMARY KEY (id);


--
-- Name: failure_matches_y2026w53 failure_matches_y2026w53_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.failure_matches_y2026w53
    ADD CONSTRAINT failure_matches_y2026w53_pkey PRIMARY KEY (id);


--
-- Name: failure_quarantine failure_quarantine_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.failure_quarantine
    ADD CONSTRAINT failure_quarantine_pkey PRIMARY KEY (id);


--
-- Name: job_runs job_runs_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.job_runs
    ADD CONSTRAINT job_runs_pkey PRIMARY KEY (id);


--
-- Name: recovery_attempts recovery_attempts_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.recovery_attempts
    ADD CONSTRAINT recovery_attempts_pkey PRIMARY KEY (failure_id, attempt);


--
-- Name: idx_fm_catalog_entry; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX idx_fm_catalog_entry ON ONLY public.failure_matches USING btree (catalog_entry_id) WHERE (catalog_entry_id IS NOT NULL);


--
-- Name: failure_matches_default_catalog_entry_id_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX failure_matches_default_catalog_entry_id_idx ON public.failure_matches_default USING btree (catalog_entry_id) WHERE (catalog_entry_id IS NOT NULL);


--
-- Name: idx_fm_created_at; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX idx_fm_created_at ON ONLY public.failure_matches USING btree (created_at);


--
-- Name: failure_matches_default_created_at_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX failure_matches_default_created_at_idx ON public.failure_matches_default USING btree (created_at);


--
-- Name: idx_fm_recovery_pending; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX idx_fm_recovery_pending ON ONLY public.failure_matches USING btree (created_at) WHERE ((recovery_mode IS NOT NULL) AND (NOT recovery_attempted));


--
-- Name: failure_matches_default_created_at_idx1; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX failure_matches_default_created_at_idx1 ON public.failure_matches_default USING btree (created_at) WHERE ((recovery_mode IS NOT NULL) AND (NOT recovery_attempted));


--
-- Name: idx_fm_error_code; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX idx_fm_error_code ON ONLY public.failure_matches USING btree (error_code);


--
-- Name: failure_matches_default_error_code_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX failure_matches_default_error_code_idx ON public.failure_matches_default USING btree (error_code);


--
-- Name: idx_fm_run_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX idx_fm_run_id ON ONLY public.failure_matches USING btree (run_id);


--
-- Name: failure_matches_default_run_id_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX failure_matches_default_run_id_idx ON public.failure_matches_default USING btree (run_id);


--
-- Name: idx_fm_unmatched; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX idx_fm_unmatched ON ONLY public.failure_matches USING btree (signature, created_at) WHERE (catalog_entry_id IS NULL);


--
-- Name: failure_matches_default_signature_created_at_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX failure_matches_default_signature_created_at_idx ON public.failure_matches_default USING btree (signature, created_at) WHERE (catalog_entry_id IS NULL);


--
-- Name: idx_fm_trace; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX idx_fm_trace ON ONLY public.failure_matches USING btree (trace_id, span_id) WHERE (trace_id IS NOT NULL);


--
-- Name: failure_matches_default_trace_id_span_id_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX failure_matches_default_trace_id_span_id_idx ON public.failure_matches_default USING btree (trace_id, span_id) WHERE (trace_id IS NOT NULL);


--
-- Name: failure_matches_y2026w49_catalog_entry_id_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX failure_matches_y2026w49_catalog_entry_id_idx ON public.failure_matches_y2026w49 USING btree (catalog_entry_id) WHERE (catalog_entry_id IS NOT NULL);


--
-- Name: failure_matches_y2026w49_created_at_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX failure_matches_y2026w49_created_at_idx ON public.failure_matches_y2026w49 USING btree (created_at);


--
-- Name: failure_matches_y2026w49_created_at_idx1; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX failure_matches_y2026w49_created_at_idx1 ON public.failure_matches_y2026w49 USING btree (created_at) WHERE ((recovery_mode IS NOT NULL) AND (NOT recovery_attempted));


--
-- Name: failure_matches_y2026w49_error_code_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX failure_matches_y2026w49_error_code_idx ON public.failure_matches_y2026w49 USING btree (error_code);


--
-- Name: failure_matches_y2026w49_run_id_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX failure_matches_y2026w49_run_id_idx ON public.failure_matches_y2026w49 USING btree (run_id);


--
-- Name: failure_matches_y2026w49_signature_created_at_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX failure_matches_y2026w49_signature_created_at_idx ON public.failure_matches_y2026w49 USING btree (signature, created_at) WHERE (catalog_entry_id IS NULL);


--
-- Name: failure_matches_y2026w49_trace_id_span_id_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX failure_matches_y2026w49_trace_id_span_id_idx ON public.failure_matches_y2026w49 USING btree (trace_id, span_id) WHERE (trace_id IS NOT NULL);


--
-- Name: failure_matches_y2026w50_catalog_entry_id_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX failure_matches_y2026w50_catalog_entry_id_idx ON public.failure_matches_y2026w50 USING btree (catalog_entry_id) WHERE (catalog_entry_id IS NOT NULL);


--
-- Name: failure_matches_y2026w50_created_at_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX failure_matches_y2026w50_created_at_idx ON public.failure_matches_y2026w50 USING btree (created_at);


--
-- Name: failure_matches_y2026w50_created_at_idx1; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX failure_matches_y2026w50_created_at_idx1 ON public.failure_matches_y2026w50 USING btree (created_at) WHERE ((recovery_mode IS NOT NULL) AND (NOT recovery_attempted));


--
-- Name: failure_matches_y2026w50_error_code_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX failure_matches_y2026w50_error_code_idx ON public.failure_matches_y2026w50 USING btree (error_code);


--
-- Name: failure_matches_y2026w50_run_id_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX failure_matches_y2026w50_run_id_idx ON public.failure_matches_y2026w50 USING btree (run_id);


--
-- Name: failure_matches_y2026w50_signature_created_at_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX failure_matches_y2026w50_signature_created_at_idx ON public.failure_matches_y2026w50 USING btree (signature, created_at) WHERE (catalog_entry_id IS NULL);


--
-- Name: failure_matches_y2026w50_trace_id_span_id_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX failure_matches_y2026w50_trace_id_span_id_idx ON public.failure_matches_y2026w50 USING btree (trace_id, span_id) WHERE (trace_id IS NOT NULL);


--
-- Name: failure_matches_y2026w51_catalog_entry_id_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX failure_matches_y2026w51_catalog_entry_id_idx ON public.failure_matches_y2026w51 USING btree (catalog_entry_id) WHERE (catalog_entry_id IS NOT NULL);


--
-- Name: failure_matches_y2026w51_created_at_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX failure_matches_y2026w51_created_at_idx ON public.failure_matches_y2026w51 USING btree (created_at);


--
-- Name: failure_matches_y2026w51_created_at_idx1; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX failure_matches_y2026w51_created_at_idx1 ON public.failure_matches_y2026w51 USING btree (created_at) WHERE ((recovery_mode IS NOT NULL) AND (NOT recovery_attempted));


--
-- Name: failure_matches_y2026w51_error_code_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX failure_matches_y2026w51_error_code_idx ON public.failure_matches_y2026w51 USING btree (error_code);


--
-- Name: failure_matches_y2026w51_run_id_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX failure_matches_y2026w51_run_id_idx ON public.failure_matches_y2026w51 USING btree (run_id);


--
-- Name: failure_matches_y2026w51_signature_created_at_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX failure_matches_y2026w51_signature_created_at_idx ON public.failure_matches_y2026w51 USING btree (signature, created_at) WHERE (catalog_entry_id IS NULL);


--
-- Name: failure_matches_y2026w51_trace_id_span_id_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX failure_matches_y2026w51_trace_id_span_id_idx ON public.failure_matches_y2026w51 USING btree (trace_id, span_id) WHERE (trace_id IS NOT NULL);


--
-- Name: failure_matches_y2026w52_catalog_entry_id_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX failure_matches_y2026w52_catalog_entry_id_idx ON public.failure_matches_y2026w52 USING btree (catalog_entry_id) WHERE (catalog_entry_id IS NOT NULL);


--
-- Name: failure_matches_y2026w52_created_at_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX failure_matches_y2026w52_created_at_idx ON public.failure_matches_y2026w52 USING btree (created_at);


--
-- Name: failure_matches_y2026w52_created_at_idx1; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX failure_matches_y2026w52_created_at_idx1 ON public.failure_matches_y2026w52 USING btree (created_at) WHERE ((recovery_mode IS NOT NULL) AND (NOT recovery_attempted));


--
-- Name: failure_matches_y2026w52_error_code_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX failure_matches_y2026w52_error_code_idx ON public.failure_matches_y2026w52 USING btree (error_code);


--
-- Name: failure_matches_y2026w52_run_id_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX failure_matches_y2026w52_run_id_idx ON public.failure_matches_y2026w52 USING btree (run_id);


--
-- Name: failure_matches_y2026w52_signature_created_at_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX failure_matches_y2026w52_signature_created_at_idx ON public.failure_matches_y2026w52 USING btree (signature, created_at) WHERE (catalog_entry_id IS NULL);


--
-- Name: failure_matches_y2026w52_trace_id_span_id_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX failure_matches_y2026w52_trace_id_span_id_idx ON public.failure_matches_y2026w52 USING btree (trace_id, span_id) WHERE (trace_id IS NOT NULL);


--
-- Name: failure_matches_y2026w53_catalog_entry_id_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX failure_matches_y2026w53_catalog_entry_id_idx ON public.failure_matches_y2026w53 USING btree (catalog_entry_id) WHERE (catalog_entry_id IS NOT NULL);


--
-- Name: failure_matches_y2026w53_created_at_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX failure_matches_y2026w53_created_at_idx ON public.failure_matches_y2026w53 USING btree (created_at);


--
-- Name: failure_matches_y2026w53_created_at_idx1; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX failure_matches_y2026w53_created_at_idx1 ON public.failure_matches_y2026w53 USING btree (created_at) WHERE ((recovery_mode IS NOT NULL) AND (NOT recovery_attempted));


--
-- Name: failure_matches_y2026w53_error_code_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX failure_matches_y2026w53_error_code_idx ON public.failure_matches_y2026w53 USING btree (error_code);


--
-- Name: failure_matches_y2026w53_run_id_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX failure_matches_y2026w53_run_id_idx ON public.failure_matches_y2026w53 USING btree (run_id);


--
-- Name: failure_matches_y2026w53_signature_created_at_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX failure_matches_y2026w53_signature_created_at_idx ON public.failure_matches_y2026w53 USING btree (signature, created_at) WHERE (catalog_entry_id IS NULL);


--
-- Name: failure_matches_y2026w53_trace_id_span_id_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX failure_matches_y2026w53_trace_id_span_id_idx ON public.failure_matches_y2026w53 USING btree (trace_id, span_id) WHERE (trace_id IS NOT NULL);


--
-- Name: idx_fgh_hour; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX idx_fgh_hour ON public.failure_group_hours USING btree (hour);


--
-- Name: idx_fq_created_at; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX idx_fq_created_at ON public.failure_quarantine USING btree (created_at);


--
-- Name: idx_job_runs_latest; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX idx_job_runs_latest ON public.job_runs USING btree (job, finished_at);


--
-- Name: idx_ra_created_at; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX idx_ra_created_at ON public.recovery_attempts USING btree (created_at);


--
-- Name: idx_ra_unsettled; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX idx_ra_unsettled ON public.recovery_attempts USING btree (failure_id) WHERE (NOT settled);


--
-- Name: failure_matches_default_catalog_entry_id_idx; Type: INDEX ATTACH; Schema: public; Owner: -
--

ALTER INDEX public.idx_fm_catalog_entry ATTACH PARTITION public.failure_matches_default_catalog_entry_id_idx;


--
-- Name: failure_matches_default_created_at_idx; Type: INDEX ATTACH; Schema: public; Owner: -
--

ALTER INDEX public.idx_fm_created_at ATTACH PARTITION public.failure_matches_default_created_at_idx;


--
-- Name: failure_matches_default_created_at_idx1; Type: INDEX ATTACH; Schema: public; Owner: -
--

ALTER INDEX public.idx_fm_recovery_pending ATTACH PARTITION public.failure_matches_default_created_at_idx1;


--
-- Name: failure_matches_default_error_code_idx; Type: INDEX ATTACH; Schema: public; Owner: -
--

ALTER INDEX public.idx_fm_error_code ATTACH PARTITION public.failure_matches_default_error_code_idx;


--
-- Name: failure_matches_default_pkey; Type: INDEX ATTACH; Schema: public; Owner: -
--

ALTER INDEX public.failure_matches_pkey ATTACH PARTITION public.failure_matches_default_pkey;


--
-- Name: failure_matches_default_run_id_idx; Type: INDEX ATTACH; Schema: public; Owner: -
--

ALTER INDEX public.idx_fm_run_id ATTACH PARTITION public.failure_matches_default_run_id_idx;


--
-- Name: failure_matches_default_signature_created_at_idx; Type: INDEX ATTACH; Schema: public; Owner: -
--

ALTER INDEX public.idx_fm_unmatched ATTACH PARTITION public.failure_matches_default_signature_created_at_idx;


--
-- Name: failure_matches_default_trace_id_span_id_idx; Type: INDEX ATTACH; Schema: public; Owner: -
--

ALTER INDEX public.idx_fm_trace ATTACH PARTITION public.failure_matches_default_trace_id_span_id_idx;


--
-- Name: failure_matches_y2026w49_catalog_entry_id_idx; Type: INDEX ATTACH; Schema: public; Owner: -
--

ALTER INDEX public.idx_fm_catalog_entry ATTACH PARTITION public.failure_matches_y2026w49_catalog_entry_id_idx;


--
-- Name: failure_matches_y2026w49_created_at_idx; Type: INDEX ATTACH; Schema: public; Owner: -
--

ALTER INDEX public.idx_fm_created_at ATTACH PARTITION public.failure_matches_y2026w49_created_at_idx;


--
-- Name: failure_matches_y2026w49_created_at_idx1; Type: INDEX ATTACH; Schema: public; Owner: -
--

ALTER INDEX public.idx_fm_recovery_pending ATTACH PARTITION public.failure_matches_y2026w49_created_at_idx1;


--
-- Name: failure_matches_y2026w49_error_code_idx; Type: INDEX ATTACH; Schema: public; Owner: -
--

ALTER INDEX public.idx_fm_error_code ATTACH PARTITION public.failure_matches_y2026w49_error_code_idx;


--
-- Name: failure_matches_y2026w49_pkey; Type: INDEX ATTACH; Schema: public; Owner: -
--

ALTER INDEX public.failure_matches_pkey ATTACH PARTITION public.failure_matches_y2026w49_pkey;


--
-- Name: failure_matches_y2026w49_run_id_idx; Type: INDEX ATTACH; Schema: public; Owner: -
--

ALTER INDEX public.idx_fm_run_id ATTACH PARTITION public.failure_matches_y2026w49_run_id_idx;


--
-- Name: failure_matches_y2026w49_signature_created_at_idx; Type: INDEX ATTACH; Schema: public; Owner: -
--

ALTER INDEX public.idx_fm_unmatched ATTACH PARTITION public.failure_matches_y2026w49_signature_created_at_idx;


--
-- Name: failure_matches_y2026w49_trace_id_span_id_idx; Type: INDEX ATTACH; Schema: public; Owner: -
--

ALTER INDEX public.idx_fm_trace ATTACH PARTITION public.failure_matches_y2026w49_trace_id_span_id_idx;


--
-- Name: failure_matches_y2026w50_catalog_entry_id_idx; Type: INDEX ATTACH; Schema: public; Owner: -
--

ALTER INDEX public.idx_fm_catalog_entry ATTACH PARTITION public.failure_matches_y2026w50_catalog_entry_id_idx;


--
-- Name: failure_matches_y2026w50_created_at_idx; Type: INDEX ATTACH; Schema: public; Owner: -
--

ALTER INDEX public.idx_fm_created_at ATTACH PARTITION public.failure_matches_y2026w50_created_at_idx;


--
-- Name: failure_matches_y2026w50_created_at_idx1; Type: INDEX ATTACH; Schema: public; Owner: -
--

ALTER INDEX public.idx_fm_recovery_pending ATTACH PARTITION public.failure_matches_y2026w50_created_at_idx1;


--
-- Name: failure_matches_y2026w50_error_code_idx; Type: INDEX ATTACH; Schema: public; Owner: -
--

ALTER INDEX public.idx_fm_error_code ATTACH PARTITION public.failure_matches_y2026w50_error_code_idx;


--
-- Name: failure_matches_y2026w50_pkey; Type: INDEX ATTACH; Schema: public; Owner: -
--

ALTER INDEX public.failure_matches_pkey ATTACH PARTITION public.failure_matches_y2026w50_pkey;


--
-- Name: failure_matches_y2026w50_run_id_idx; Type: INDEX ATTACH; Schema: public; Owner: -
--

ALTER INDEX public.idx_fm_run_id ATTACH PARTITION public.failure_matches_y2026w50_run_id_idx;


--
-- Name: failure_matches_y2026w50_signature_created_at_idx; Type: INDEX ATTACH; Schema: public; Owner: -
--

ALTER INDEX public.idx_fm_unmatched ATTACH PARTITION public.failure_matches_y2026w50_signature_created_at_idx;


--
-- Name: failure_matches_y2026w50_trace_id_span_id_idx; Type: INDEX ATTACH; Schema: public; Owner: -
--

ALTER INDEX public.idx_fm_trace ATTACH PARTITION public.failure_matches_y2026w50_trace_id_span_id_idx;


--
-- Name: failure_matches_y2026w51_catalog_entry_id_idx; Type: INDEX ATTACH; Schema: public; Owner: -
--

ALTER INDEX public.idx_fm_catalog_entry ATTACH PARTITION public.failure_matches_y2026w51_catalog_entry_id_idx;


--
-- Name: failure_matches_y2026w51_created_at_idx; Type: INDEX ATTACH; Schema: public; Owner: -
--

ALTER INDEX public.idx_fm_created_at ATTACH PARTITION public.failure_matches_y2026w51_created_at_idx;


--
-- Name: failure_matches_y2026w51_created_at_idx1; Type: INDEX ATTACH; Schema: public; Owner: -
--

ALTER INDEX public.idx_fm_recovery_pending ATTACH PARTITION public.failure_matches_y2026w51_created_at_idx1;


--
-- Name: failure_matches_y2026w51_error_code_idx; Type: INDEX ATTACH; Schema: public; Owner: -
--

ALTER INDEX public.idx_fm_error_code ATTACH PARTITION public.failure_matches_y2026w51_error_code_idx;


--
-- Name: failure_matches_y2026w51_pkey; Type: INDEX ATTACH; Schema: public; Owner: -
--

ALTER INDEX public.failure_matches_pkey ATTACH PARTITION public.failure_matches_y2026w51_pkey;


--
-- Name: failure_matches_y2026w51_run_id_idx; Type: INDEX ATTACH; Schema: public; Owner: -
--

ALTER INDEX public.idx_fm_run_id ATTACH PARTITION public.failure_matches_y2026w51_run_id_idx;


--
-- Name: failure_matches_y2026w51_signature_created_at_idx; Type: INDEX ATTACH; Schema: public; Owner: -
--

ALTER INDEX public.idx_fm_unmatched ATTACH PARTITION public.failure_matches_y2026w51_signature_created_at_idx;


--
-- Name: failure_matches_y2026w51_trace_id_span_id_idx; Type: INDEX ATTACH; Schema: public; Owner: -
--

ALTER INDEX public.idx_fm_trace ATTACH PARTITION public.failure_matches_y2026w51_trace_id_span_id_idx;


--
-- Name: failure_matches_y2026w52_catalog_entry_id_idx; Type: INDEX ATTACH; Schema: public; Owner: -
--

ALTER INDEX public.idx_fm_catalog_entry ATTACH PARTITION public.failure_matches_y2026w52_catalog_entry_id_idx;


--
-- Name: failure_matches_y2026w52_created_at_idx; Type: INDEX ATTACH; Schema: public; Owner: -
--

ALTER INDEX public.idx_fm_created_at ATTACH PARTITION public.failure_matches_y2026w52_created_at_idx;


--
-- Name: failure_matches_y2026w52_created_at_idx1; Type: INDEX ATTACH; Schema: public; Owner: -
--

ALTER INDEX public.idx_fm_recovery_pending ATTACH PARTITION public.failure_matches_y2026w52_created_at_idx1;


--
-- Name: failure_matches_y2026w52_error_code_idx; Type: INDEX ATTACH; Schema: public; Owner: -
--

ALTER INDEX public.idx_fm_error_code ATTACH PARTITION public.failure_matches_y2026w52_error_code_idx;


--
-- Name: failure_matches_y2026w52_pkey; Type: INDEX ATTACH; Schema: public; Owner: -
--

ALTER INDEX public.failure_matches_pkey ATTACH PARTITION public.failure_matches_y2026w52_pkey;


--
-- Name: failure_matches_y2026w52_run_id_idx; Type: INDEX ATTACH; Schema: public; Owner: -
--

ALTER INDEX public.idx_fm_run_id ATTACH PARTITION public.failure_matches_y2026w52_run_id_idx;


--
-- Name: failure_matches_y2026w52_signature_created_at_idx; Type: INDEX ATTACH; Schema: public; Owner: -
--

ALTER INDEX public.idx_fm_unmatched ATTACH PARTITION public.failure_matches_y2026w52_signature_created_at_idx;


--
-- Name: failure_matches_y2026w52_trace_id_span_id_idx; Type: INDEX ATTACH; Schema: public; Owner: -
--

ALTER INDEX public.idx_fm_trace ATTACH PARTITION public.failure_matches_y2026w52_trace_id_span_id_idx;


--
-- Name: failure_matches_y2026w53_catalog_entry_id_idx; Type: INDEX ATTACH; Schema: public; Owner: -
--

ALTER INDEX public.idx_fm_catalog_entry ATTACH PARTITION public.failure_matches_y2026w53_catalog_entry_id_idx;


--
-- Name: failure_matches_y2026w53_created_at_idx; Type: INDEX ATTACH; Schema: public; Owner: -
--

ALTER INDEX public.idx_fm_created_at ATTACH PARTITION public.failure_matches_y2026w53_created_at_idx;


--
-- Name: failure_matches_y2026w53_created_at_idx1; Type: INDEX ATTACH; Schema: public; Owner: -
--

ALTER INDEX public.idx_fm_recovery_pending ATTACH PARTITION public.failure_matches_y2026w53_created_at_idx1;


--
-- Name: failure_matches_y2026w53_error_code_idx; Type: INDEX ATTACH; Schema: public; Owner: -
--

ALTER INDEX public.idx_fm_error_code ATTACH PARTITION public.failure_matches_y2026w53_error_code_idx;


--
-- Name: failure_matches_y2026w53_pkey; Type: INDEX ATTACH; Schema: public; Owner: -
--

ALTER INDEX public.failure_matches_pkey ATTACH PARTITION public.failure_matches_y2026w53_pkey;


--
-- Name: failure_matches_y2026w53_run_id_idx; Type: INDEX ATTACH; Schema: public; Owner: -
--

ALTER INDEX public.idx_fm_run_id ATTACH PARTITION public.failure_matches_y2026w53_run_id_idx;


--
-- Name: failure_matches_y2026w53_signature_created_at_idx; Type: INDEX ATTACH; Schema: public; Owner: -
--

ALTER INDEX public.idx_fm_unmatched ATTACH PARTITION public.failure_matches_y2026w53_signature_created_at_idx;


--
-- Name: failure_matches_y2026w53_trace_id_span_id_idx; Type: INDEX ATTACH; Schema: public; Owner: -
--

ALTER INDEX public.idx_fm_trace ATTACH PARTITION public.failure_matches_y2026w53_trace_id_span_id_idx;


--
-- Name: failure_group_totals _RETURN; Type: RULE; Schema: public; Owner: -
--

CREATE OR REPLACE VIEW public.failure_group_totals AS
 SELECT g.tenant_id,
    g.signature,
    g.title,
    g.state,
    g.first_seen,
    g.samples,
    (sum(h.occurrences))::bigint AS occurrences,
    max(h.last_seen) AS last_seen
   FROM (public.failure_groups g
     JOIN public.failure_group_hours h USING (tenant_id, signature))
  GROUP BY g.tenant_id, g.signature;


--
-- PostgreSQL database dump complete
--


