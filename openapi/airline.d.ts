// made by `checkrein types` from airline.yaml; do not edit
export interface paths {
    "/get_user_details": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** The profile of a user, with payment methods and reservation ids */
        post: operations["getUserDetails"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/get_reservation_details": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** One reservation */
        post: operations["getReservationDetails"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/list_all_airports": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** The city of each airport, by IATA code */
        post: operations["listAllAirports"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/search_direct_flight": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Direct flights of one day that can be booked */
        post: operations["searchDirectFlight"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/search_onestop_flight": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Pairs of flights with one stop that can be booked */
        post: operations["searchOnestopFlight"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/calculate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** The value of an arithmetic expression, as text */
        post: operations["calculate"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/think": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Adds a thought to the log; changes nothing */
        post: operations["think"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/transfer_to_human_agents": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Hands the user over to a person */
        post: operations["transferToHumanAgents"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/send_certificate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Gives a user a travel certificate */
        post: operations["sendCertificate"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/book_reservation": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Books flights */
        post: operations["bookReservation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/cancel_reservation": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Cancels a whole reservation and pays it back */
        post: operations["cancelReservation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/update_reservation_flights": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Replaces cabin and flights of a reservation */
        post: operations["updateReservationFlights"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/update_reservation_baggages": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Sets the number of checked bags of a reservation */
        post: operations["updateReservationBaggages"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/update_reservation_passengers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Replaces the passengers of a reservation */
        post: operations["updateReservationPassengers"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** @enum {string} */
        Cabin: "basic_economy" | "economy" | "business";
        /** @enum {string} */
        FlightType: "one_way" | "round_trip";
        /** @enum {string} */
        Insurance: "yes" | "no";
        Passenger: {
            first_name: string;
            last_name: string;
            /** @description YYYY-MM-DD */
            dob: string;
        };
        FlightChoice: {
            flight_number: string;
            /** @description YYYY-MM-DD */
            date: string;
            /** @description As reservations list it; taken from the flight all the same */
            origin?: string;
            /** @description As reservations list it; taken from the flight all the same */
            destination?: string;
            /** @description As reservations list it; taken from the flight all the same */
            price?: number;
        };
        Payment: {
            payment_id: string;
            amount: number;
        };
        ReservationKey: {
            reservation_id: string;
        };
        Search: {
            /** @description IATA code */
            origin: string;
            /** @description IATA code */
            destination: string;
            /** @description YYYY-MM-DD */
            date: string;
        };
        Seats: {
            basic_economy: number;
            economy: number;
            business: number;
        };
        Prices: {
            basic_economy: number;
            economy: number;
            business: number;
        };
        Offer: {
            flight_number: string;
            origin: string;
            destination: string;
            scheduled_departure_time_est: string;
            scheduled_arrival_time_est: string;
            status: string;
            available_seats: components["schemas"]["Seats"];
            prices: components["schemas"]["Prices"];
            /** @description Only where flights of several days may stand beside each other */
            date?: string;
        };
        Name: {
            first_name: string;
            last_name: string;
        };
        Address: {
            address1: string;
            address2: string;
            city: string;
            country: string;
            province: string;
            zip: string;
        };
        PaymentMethod: {
            id: string;
            /** @enum {string} */
            source: "credit_card" | "gift_card" | "certificate";
            /** @description What is left of a gift card or certificate */
            amount?: number;
            brand?: string;
            last_four?: string;
        };
        User: {
            name: components["schemas"]["Name"];
            address: components["schemas"]["Address"];
            email: string;
            dob: string;
            /** @description By id */
            payment_methods: {
                [key: string]: components["schemas"]["PaymentMethod"];
            };
            saved_passengers: components["schemas"]["Passenger"][];
            /** @enum {string} */
            membership: "regular" | "silver" | "gold";
            reservations: string[];
        };
        BookedFlight: {
            flight_number: string;
            date: string;
            /** @description For one passenger */
            price: number;
            origin: string;
            destination: string;
        };
        Reservation: {
            reservation_id: string;
            user_id: string;
            origin: string;
            destination: string;
            flight_type: components["schemas"]["FlightType"];
            cabin: components["schemas"]["Cabin"];
            flights: components["schemas"]["BookedFlight"][];
            passengers: components["schemas"]["Passenger"][];
            payment_history: components["schemas"]["Payment"][];
            /** @description EST, without offset: 2024-05-01T09:08:54 */
            created_at: string;
            total_baggages: number;
            nonfree_baggages: number;
            insurance: components["schemas"]["Insurance"];
            /** @description `cancelled`, once it is */
            status?: string;
        };
        NewReservation: {
            user_id: string;
            origin: string;
            destination: string;
            flight_type: components["schemas"]["FlightType"];
            cabin: components["schemas"]["Cabin"];
            flights: components["schemas"]["FlightChoice"][];
            passengers: components["schemas"]["Passenger"][];
            payment_methods: components["schemas"]["Payment"][];
            total_baggages: number;
            nonfree_baggages: number;
            insurance: components["schemas"]["Insurance"];
        };
    };
    responses: {
        /** @description The reservation as it is now */
        Reservation: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Reservation"];
            };
        };
        /** @description Why nothing was done */
        Failed: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": {
                    error: string;
                };
            };
        };
    };
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    getUserDetails: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    user_id: string;
                };
            };
        };
        responses: {
            /** @description The profile */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["User"];
                };
            };
            "4XX": components["responses"]["Failed"];
        };
    };
    getReservationDetails: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ReservationKey"];
            };
        };
        responses: {
            200: components["responses"]["Reservation"];
            "4XX": components["responses"]["Failed"];
        };
    };
    listAllAirports: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Cities by code */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: string;
                    };
                };
            };
            "4XX": components["responses"]["Failed"];
        };
    };
    searchDirectFlight: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Search"];
            };
        };
        responses: {
            /** @description Flights */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Offer"][];
                };
            };
            "4XX": components["responses"]["Failed"];
        };
    };
    searchOnestopFlight: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Search"];
            };
        };
        responses: {
            /** @description Pairs of flights */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Offer"][][];
                };
            };
            "4XX": components["responses"]["Failed"];
        };
    };
    calculate: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    expression: string;
                };
            };
        };
        responses: {
            /** @description A text */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
            "4XX": components["responses"]["Failed"];
        };
    };
    think: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    thought: string;
                };
            };
        };
        responses: {
            /** @description A text */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
            "4XX": components["responses"]["Failed"];
        };
    };
    transferToHumanAgents: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    summary: string;
                };
            };
        };
        responses: {
            /** @description A text */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
            "4XX": components["responses"]["Failed"];
        };
    };
    sendCertificate: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    user_id: string;
                    amount: number;
                };
            };
        };
        responses: {
            /** @description A text */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
            "4XX": components["responses"]["Failed"];
        };
    };
    bookReservation: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewReservation"];
            };
        };
        responses: {
            200: components["responses"]["Reservation"];
            "4XX": components["responses"]["Failed"];
        };
    };
    cancelReservation: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ReservationKey"];
            };
        };
        responses: {
            200: components["responses"]["Reservation"];
            "4XX": components["responses"]["Failed"];
        };
    };
    updateReservationFlights: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    reservation_id: string;
                    cabin: components["schemas"]["Cabin"];
                    flights: components["schemas"]["FlightChoice"][];
                    payment_id: string;
                };
            };
        };
        responses: {
            200: components["responses"]["Reservation"];
            "4XX": components["responses"]["Failed"];
        };
    };
    updateReservationBaggages: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    reservation_id: string;
                    total_baggages: number;
                    nonfree_baggages: number;
                    payment_id: string;
                };
            };
        };
        responses: {
            200: components["responses"]["Reservation"];
            "4XX": components["responses"]["Failed"];
        };
    };
    updateReservationPassengers: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    reservation_id: string;
                    passengers: components["schemas"]["Passenger"][];
                };
            };
        };
        responses: {
            200: components["responses"]["Reservation"];
            "4XX": components["responses"]["Failed"];
        };
    };
}
