// What one operation takes and gives, read from the types that openapi-typescript 7 makes of a document. Arguments
// are one flat object, so every member is addressed by its place: `path.orderId`, `body.amount`. That is also how
// `map` names it.
import type { Freed, IsOpen, IsUnion, Known, Writable } from "./fit.ts";

export type Method = "get" | "put" | "post" | "delete" | "options" | "head" | "patch";

/** The paths of `Api` that have `M`. Absent methods are written `put?: never`. */
export type PathWith<Api, M extends Method> = {
  [P in keyof Api]: [OperationAt<Api, P, M>] extends [never] ? never : P;
}[keyof Api] &
  string;

export type OperationAt<Api, P, M extends Method> = P extends keyof Api ? Present<Member<Api[P], M>> : never;

/** Undefined members are gone: what is written `query?: never` is `never`. */
type Present<T> = Exclude<T, undefined>;
type Member<T, K> = K extends keyof T ? T[K] : never;
type Members<T> = [Present<T>] extends [never] ? {} : Present<T>;

type ParameterIn<Operation, Place extends string> = Members<Member<Member<Operation, "parameters">, Place>>;

/** OpenAPI: header parameters with these names are ignored. */
type IgnoredHeader = "accept" | "content-type" | "authorization";
type SentHeaders<T> = {
  [K in keyof T as K extends string ? (Lowercase<K> extends IgnoredHeader ? never : K) : never]: T[K];
};

type Placed<Place extends string, T> = {
  [K in keyof T as K extends Known<T> & (string | number) ? `${Place}.${K}` : never]: T[K];
};

/** The type of the body that is sent: the media types in the order in which the loader chooses. */
export type BodyOf<Operation> =
  Present<Member<Operation, "requestBody">> extends { readonly content: infer Content }
    ? FirstOf<Content, ["application/json", "application/*", "*/*", "application/x-www-form-urlencoded", "text/plain"]>
    : never;
type FirstOf<Content, Types extends string[]> = Types extends [
  infer Type extends string,
  ...infer Rest extends string[],
]
  ? [Media<Content, Type>] extends [never]
    ? FirstOf<Content, Rest>
    : Content[Media<Content, Type>]
  : never;
type Media<Content, Type extends string> = Extract<keyof Content, Type | `${Type};${string}`>;

type BodyIsRequired<Operation> = Operation extends { requestBody: unknown } ? true : false;

/** One object gives its members; whatever else is the one argument `body`. */
type BodyForm<Body> = [Body] extends [never]
  ? "none"
  : unknown extends Body
    ? "unknown"
    : IsUnion<Body> extends true
      ? "whole"
      : Body extends readonly unknown[]
        ? "whole"
        : Body extends object
          ? IsBare<Body>
          : "whole";

/** An object of which the document names no member. `Record<string, unknown>` has members that nobody declared. */
type IsBare<Body> = [Known<Body>, Body[keyof Body]] extends [never, never] ? "whole" : "members";

type BodyTargets<Body, Required extends boolean> = {
  none: {};
  unknown: {};
  whole: Required extends true ? { body: Body } : { body?: Body };
  members: Placed<"body", Writable<Freed<Body>>>;
}[BodyForm<Body>];

/** The type of members that the body takes beside its own; `never` when it takes none. */
type Undeclared<Body> = {
  none: never;
  unknown: unknown;
  whole: never;
  members: IsOpen<Freed<Body>> extends true ? Freed<Body>[string & keyof Freed<Body>] : never;
}[BodyForm<Body>];

/** All that the problems of a contract are worked out from. */
export interface Takes<Operation> {
  readonly targets: Flat<
    Placed<"path", ParameterIn<Operation, "path">> &
      Placed<"query", ParameterIn<Operation, "query">> &
      Placed<"header", SentHeaders<ParameterIn<Operation, "header">>> &
      Placed<"cookie", ParameterIn<Operation, "cookie">> &
      BodyTargets<BodyOf<Operation>, BodyIsRequired<Operation>>
  >;
  readonly undeclared: Undeclared<BodyOf<Operation>>;
  readonly bodyIsRequired: BodyIsRequired<Operation>;
}

type Flat<T> = { [K in keyof T]: T[K] };

type Success<Responses> = {
  [K in keyof Responses]: `${K & (string | number)}` extends `2${string}` ? K : never;
}[keyof Responses];
type JsonOf<Response> = Response extends { content: infer Content }
  ? {
      [K in keyof Content]: K extends `application/${string}json${string}` ? Content[K] : unknown;
    }[keyof Content]
  : undefined;

/** What a successful call gives back: the JSON of every 2xx answer, else of `default`; undefined for no content. */
export type ResultOf<Operation> =
  Member<Operation, "responses"> extends infer Responses
    ? [Success<Responses>] extends [never]
      ? JsonOf<Member<Responses, "default">>
      : JsonOf<Responses[Success<Responses>]>
    : never;
