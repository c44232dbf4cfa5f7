// The mistakes of a contract that the compiler finds, each as the sentence that stands in its message. Load says the
// same sentences, because a mounted contract never meets the compiler.
import type { IsOpen, IsOptional, IsOptionalHere, IsUnion, Known, Misfit, NoMember } from "./fit.ts";
import type { Takes } from "./operation-type.ts";

/** Where a problem takes the place of a type. The template makes the compiler print the sentences, not an alias. */
export type Unless<Problem, T> = [Problem] extends [never] ? T : `${Problem & string}`;

/** The type of an operation that the compiler knows nothing about, and of a tool that is only judged. */
export interface Local {
  readonly local: true;
}

/** The type of a tool of an MCP server: its schemas are known at load alone, and it may have a description of its own. */
export interface McpTool {
  readonly mcpTool: true;
}

interface AnyTakes {
  readonly targets: object;
  readonly undeclared: unknown;
  readonly bodyIsRequired: boolean;
}

type PlaceName = "path" | "query" | "header" | "cookie" | "body";
type Text<K> = `${K & (string | number)}`;
type Names<T> = Text<Known<T>>;
/** A member by its name as text: members written as numbers are found too. */
type At<T, Name extends string> = { [K in Known<T> as Text<K>]-?: K }[Name & Names<T>] & keyof T;

/** Where an argument goes: what `map` says, else every place that has a member of its name. */
type TargetOf<T extends AnyTakes, Map, Name extends string> = Name extends keyof Map
  ? Text<Map[Name]>
  : [PlacesOf<T, Name>] extends [never]
    ? ByConvention<T, Name>
    : PlacesOf<T, Name>;

type PlacesOf<T extends AnyTakes, Name extends string> = Extract<
  Name extends "body" ? "body" | `${PlaceName}.body` : `${PlaceName}.${Name}`,
  keyof T["targets"]
>;

/** The names of an operation as it is hold here too: `body_id` where a parameter is `id`, `query_id` where two are. */
type ByConvention<
  T extends AnyTakes,
  Name extends string,
> = Name extends `${infer Place extends PlaceName}_${infer Own}`
  ? IsUnion<Place extends "body" ? PlacesOf<T, Own> : Exclude<PlacesOf<T, Own>, BodyTarget>> extends true
    ? Extract<`${Place}.${Own}`, PlacesOf<T, Own>>
    : never
  : never;

type TargetsOf<T extends AnyTakes, Map, Name extends string> = Name extends unknown ? TargetOf<T, Map, Name> : never;

/** What one argument or pin does wrong at its place. */
type NameProblem<T extends AnyTakes, Map, Name extends string, Given> =
  TargetOf<T, Map, Name> extends infer Target
    ? [Target] extends [never]
      ? [T["undeclared"]] extends [never]
        ? NoMember<Name>
        : Misfit<Given, T["undeclared"], Name>
      : IsUnion<Target> extends true
        ? `'${Name}' stands in more than one place of the operation: choose one in map`
        : Target extends keyof T["targets"]
          ? Misfit<Given, Exclude<T["targets"][Target], undefined>, Name>
          : never // `map` says what is wrong with its own targets
    : never;

type BodyTarget = "body" | `body.${string}`;

/** Required members, but for those of a body that is optional and not touched. */
type RequiredTarget<T extends AnyTakes, Used> = {
  [K in keyof T["targets"]]-?: IsOptional<T["targets"], K> extends true
    ? never
    : K extends BodyTarget
      ? T["bodyIsRequired"] extends true
        ? K
        : [Extract<Used, BodyTarget>] extends [never]
          ? never
          : K
      : K;
}[keyof T["targets"]];

type Missing<T extends AnyTakes, Used> =
  Exclude<RequiredTarget<T, Used>, Used> extends infer Target
    ? Target extends `${PlaceName}.${infer Name}`
      ? `the operation requires '${IsUnion<TargetOf<T, {}, Name>> extends true ? Target : Name}': add it to input or pin`
      : Target extends "body"
        ? `the operation requires 'body': add it to input or pin`
        : never
    : never;

/** A body that may be left out may hang on its only member. */
type MayBeAbsent<T extends AnyTakes, Target, Used> =
  IsOptional<T["targets"], Target & keyof T["targets"]> extends true
    ? true
    : Target extends BodyTarget
      ? T["bodyIsRequired"] extends true
        ? false
        : IsUnion<Extract<Used, BodyTarget>> extends true
          ? false
          : true
      : false;

type OptionalProblem<T extends AnyTakes, Map, Name extends string, Used> =
  TargetOf<T, Map, Name> extends infer Target
    ? Target extends keyof T["targets"]
      ? MayBeAbsent<T, Target, Used> extends true
        ? never
        : IsOptionalHere<Name>
      : never
    : never;

type ArgumentProblem<T extends AnyTakes, Args, Map, Name extends string, Used> =
  | NameProblem<T, Map, Name, Exclude<Args[At<Args, Name>], undefined>>
  | (IsOptional<Args, At<Args, Name>> extends true ? OptionalProblem<T, Map, Name, Used> : never);

type ArgumentProblems<T extends AnyTakes, Args, Pin, Map, Used = TargetsOf<T, Map, Names<Args> | Names<Pin>>> =
  | { [Name in Names<Args>]: ArgumentProblem<T, Args, Map, Name, Used> }[Names<Args>]
  | Missing<T, Used>;

/** Arguments of which the types know nothing: `jsonSchema({…})` without a type. */
type IsUnchecked<Args> = IsOpen<Args> extends true ? ([Args[keyof Args]] extends [never] ? false : true) : false;

type IsUntyped<Operation> = unknown extends Operation ? true : Operation extends McpTool ? true : false;

export type InputProblem<Operation, Args, Pin, Map> =
  IsUntyped<Operation> extends true
    ? never
    : Operation extends Local
      ? never
      : unknown extends Args
        ? never
        : Args extends object // each form of a union on its own
          ? IsUnchecked<Args> extends true
            ? never
            : ArgumentProblems<Takes<Operation>, Args, Pin, Map>
          : "input must be an object: use z.strictObject";

export type PinProblem<Operation, Args, Map, Name, Given> =
  IsUntyped<Operation> extends true
    ? never
    : Operation extends Local
      ? "a local tool forwards nothing: leave pin out"
      : Text<Name> extends Names<Args>
        ? `'${Text<Name>}' is in input and in pin`
        : NameProblem<Takes<Operation>, Map, Text<Name>, Given>;

export type MapProblem<Operation, Args, Pin, Map, Name> =
  IsUntyped<Operation> extends true
    ? never
    : Operation extends Local
      ? "a local tool forwards nothing: leave map out"
      : MapTargetProblem<Takes<Operation>, Args, Pin, Map, Text<Name>>;

type MapTargetProblem<T extends AnyTakes, Args, Pin, Map, Name extends string> =
  | (TargetOf<T, Map, Name> extends infer Target extends string
      ? Target extends keyof T["targets"]
        ? Shared<T, Map, Name, Exclude<Names<Args> | Names<Pin>, Name>, Target>
        : [Target, T["undeclared"]] extends [`body.${string}`, infer Undeclared] // `never` when nothing undeclared goes in
          ? [Undeclared] extends [never]
            ? NoPlace<Target>
            : never
          : NoPlace<Target>
      : never)
  | (IsKnown<Args> extends true
      ? Name extends Names<Args> | Names<Pin>
        ? never
        : `'${Name}' is neither in input nor in pin`
      : never);

type NoPlace<Target extends string> = `the operation has no place '${Target}'`;

type Shared<T extends AnyTakes, Map, Name extends string, Other extends string, Target> = Other extends unknown
  ? Target extends TargetOf<T, Map, Other>
    ? `'${Name}' and '${Other}' both go to ${Target & string}`
    : never
  : never;

type IsKnown<Args> = unknown extends Args ? false : IsUnchecked<Args> extends true ? false : true;
