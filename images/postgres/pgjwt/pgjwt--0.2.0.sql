-- JSON Web Tokens (RFC 7519) with HMAC signatures, in SQL. Names and signatures are those of the extension that Supabase
-- projects know as pgjwt, so that their code runs unchanged.
\echo Use "create extension pgjwt" to load this file. \quit

-- Base64 for URLs (RFC 4648, section 5), without padding and line ends.
create function url_encode(data bytea) returns text
language sql immutable strict parallel safe set search_path = pg_catalog
as $$
  select translate(encode(data, 'base64'), E'+/=\n', '-_')
$$;

create function url_decode(data text) returns bytea
language sql immutable strict parallel safe set search_path = pg_catalog
as $$
  select decode(rpad(translate(data, '-_', '+/'), ((length(data) + 3) / 4) * 4, '='), 'base64')
$$;

-- pgcrypto may live in any schema: its functions are bound when this extension is made.
do $do$
declare
  crypto text := (
    select quote_ident(n.nspname)
    from pg_catalog.pg_extension e join pg_catalog.pg_namespace n on n.oid = e.extnamespace
    where e.extname = 'pgcrypto'
  );
begin
  execute format(
    $f$
    create function @extschema@.algorithm_sign(signables text, secret text, algorithm text) returns text
    language sql immutable set search_path = pg_catalog
    as $$
      select case algorithm
        when 'HS256' then @extschema@.url_encode(%1$s.hmac(signables, secret, 'sha256'))
        when 'HS384' then @extschema@.url_encode(%1$s.hmac(signables, secret, 'sha384'))
        when 'HS512' then @extschema@.url_encode(%1$s.hmac(signables, secret, 'sha512'))
        else ''
      end
    $$
    $f$,
    crypto
  );
end
$do$;

create function sign(payload json, secret text, algorithm text default 'HS256') returns text
language sql immutable set search_path = pg_catalog
as $$
  select signables || '.' || @extschema@.algorithm_sign(signables, secret, algorithm)
  from (
    select @extschema@.url_encode(convert_to(json_build_object('alg', algorithm, 'typ', 'JWT')::text, 'utf8'))
      || '.' || @extschema@.url_encode(convert_to(payload::text, 'utf8')) as signables
  ) token
$$;

-- A number, or null where the text is none: claims come from outside.
create function try_cast_double(inp text) returns double precision
language plpgsql immutable parallel safe set search_path = pg_catalog
as $$
begin
  return inp::double precision;
exception when others then
  return null;
end
$$;

-- Valid: the signature fits, and now lies between `nbf` and `exp`, where the payload has them.
create function verify(token text, secret text, algorithm text default 'HS256')
returns table (header json, payload json, valid boolean)
language sql stable set search_path = pg_catalog
as $$
  select
    part.header,
    part.payload,
    part.signature_fits
      and to_timestamp(coalesce(@extschema@.try_cast_double(part.payload ->> 'nbf'), '-infinity'::double precision)) <= current_timestamp
      and current_timestamp < to_timestamp(coalesce(@extschema@.try_cast_double(part.payload ->> 'exp'), 'infinity'::double precision))
  from (
    select
      convert_from(@extschema@.url_decode(split[1]), 'utf8')::json as header,
      convert_from(@extschema@.url_decode(split[2]), 'utf8')::json as payload,
      coalesce(nullif(@extschema@.algorithm_sign(split[1] || '.' || split[2], secret, algorithm), '') = split[3], false)
        and cardinality(split) = 3 as signature_fits
    from (select string_to_array(token, '.') as split) token
  ) part
$$;
