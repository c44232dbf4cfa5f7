// Several sidecars that agents may reach by one name: whether there may be more of them, and what they must have alike.
import type { LoadProblem } from "./contract/contract.ts";
import type { Settings } from "./settings.ts";

/** Only a Redis can be shared. */
export const isSharedState = ({ state }: Pick<Settings, "state">): boolean => state.startsWith("redis");

/** With keys of their own, one would not know the runs and sessions that another one began: calls would fail by chance. */
export const replicaProblems = (
  settings: Pick<Settings, "state" | "signingKey" | "playback">,
): readonly LoadProblem[] => {
  if (!isSharedState(settings) || settings.signingKey !== "" || settings.playback !== "") return [];
  return [
    {
      file: "environment",
      place: "CHECKREIN_SIGNING_KEY",
      message:
        "it is not set, and CHECKREIN_STATE names a Redis, which other sidecars may share: they would not know what this one signs",
      mend: "give all that share it the same key of at least 32 characters (`openssl rand -hex 32` makes one)",
    },
  ];
};
